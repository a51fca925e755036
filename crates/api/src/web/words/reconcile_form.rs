//! The words of the page on which a provider's own figures are held against ours.

use settlement::LevelWalk;

use super::super::lang::Lang;

/// The texts of the form, and of what explains its answer.
pub(in crate::web) struct ReconcileFormWords {
    pub(in crate::web) about: &'static str,
    pub(in crate::web) file: &'static str,
    pub(in crate::web) table: &'static str,
    pub(in crate::web) listed: &'static str,
    pub(in crate::web) listed_about: &'static str,
    pub(in crate::web) stated_only: &'static str,
    pub(in crate::web) send: &'static str,
    pub(in crate::web) as_json: &'static str,
    pub(in crate::web) as_csv: &'static str,
    pub(in crate::web) nothing_given: &'static str,
    pub(in crate::web) mistakes: &'static str,
    pub(in crate::web) mistakes_about: &'static str,
    pub(in crate::web) file_name: &'static str,
    pub(in crate::web) column: &'static str,
    pub(in crate::web) wrong: &'static str,
    pub(in crate::web) example: &'static str,
    pub(in crate::web) example_about: &'static str,
    pub(in crate::web) everybody: &'static str,
    pub(in crate::web) month: &'static str,
    pub(in crate::web) filled: &'static str,
    pub(in crate::web) empty: &'static str,
    pub(in crate::web) ours: &'static str,
    pub(in crate::web) get: &'static str,
    pub(in crate::web) columns: &'static str,
    pub(in crate::web) says: &'static str,
    pub(in crate::web) another: &'static str,
    pub(in crate::web) rules: &'static str,
    pub(in crate::web) step: &'static str,
    pub(in crate::web) of: &'static str,
    pub(in crate::web) every_site: &'static str,
    pub(in crate::web) every_queue: &'static str,
    pub(in crate::web) parts: &'static str,
    pub(in crate::web) formula: &'static str,
    pub(in crate::web) short: &'static str,
    pub(in crate::web) attribution: &'static str,
    pub(in crate::web) exclusions: &'static str,
    pub(in crate::web) missing: &'static str,
    pub(in crate::web) left: &'static str,
    /// The names of the parts, as headings, the remainder last.
    pub(in crate::web) names: [&'static str; 6],
    pub(in crate::web) axis: &'static str,
    pub(in crate::web) few_pictures: &'static str,
    pub(in crate::web) counted_by: &'static str,
    pub(in crate::web) contact: &'static str,
    pub(in crate::web) see_contracts: &'static str,
    pub(in crate::web) see_statements: &'static str,
}

static ENGLISH: ReconcileFormWords = ReconcileFormWords {
    about: "Give the figures that a provider reports, one line for each site, queue and period. Vigie counts the same \
            contacts by its rules and by the provider’s, and puts every difference down to a rule, to contacts that only one \
            side knows, or to nothing.",
    file: "The provider’s figures (CSV)",
    table: "or the table itself, pasted with its headings",
    listed: "The provider’s list of contacts (CSV, optional)",
    listed_about: "With its columns provider, contact, site, queue, at, outcome, wait_s, missing contacts are told one by one.",
    stated_only: "Take rules that the file does not state as ours, without searching for them (faster)",
    send: "Compare",
    as_json: "as JSON",
    as_csv: "as CSV",
    nothing_given: "Nothing was given. Choose a file, or paste the table.",
    mistakes: "This cannot be compared yet",
    mistakes_about: "Nothing was used. Mend these places, and send it again.",
    file_name: "File",
    column: "Column",
    wrong: "What is wrong, and what would be right",
    example: "A table to begin with",
    example_about: "One line for all of a provider’s sites together and one for each of them; remove the lines that are not \
                    filled in. Filled with our own figures it shows how a file looks: change a number, and see.",
    everybody: "Every provider",
    month: "Month",
    filled: "Figures",
    empty: "empty, to be filled in",
    ours: "filled with ours",
    get: "Download",
    columns: "What the columns mean",
    says: "What it says",
    another: "Compare another file",
    rules: "Rules of both sides",
    step: "Step",
    of: "In time, of",
    every_site: "all its sites",
    every_queue: "all queues",
    parts: "What the parts mean",
    formula: "Which contacts are in time, and of how many: the formula of the service level, and the threshold.",
    short: "Up to how many seconds an abandon is short, and whether short ones are counted at all.",
    attribution: "At which site and queue, on which day and in which zone a contact counts.",
    exclusions: "What our scorecards leave out and the provider counts: cancelled contacts, traffic that rules of the network \
                 file name, contacts offered while closed.",
    missing: "Contacts that only one side counts: events that never reached us, or contacts that the provider does not count.",
    left: "What no rule explains: this is what there is to talk about.",
    names: ["Formula, threshold", "Short abandons", "Attribution", "Exclusions", "Missing events", "Unexplained"],
    axis: "The axis begins at the least of the counts, not at zero.",
    few_pictures: "Only the first differences have a picture; all of them are in the tables.",
    counted_by: "Counted by",
    contact: "Contact",
    see_contracts: "Contracts",
    see_statements: "Sealed months",
};

static FRENCH: ReconcileFormWords = ReconcileFormWords {
    about: "Donnez les chiffres que déclare un prestataire, une ligne par site, file et période. Vigie compte les mêmes contacts \
            selon ses règles et selon celles du prestataire, et attribue chaque différence à une règle, à des contacts qu’un \
            seul côté connaît, ou à rien.",
    file: "Les chiffres du prestataire (CSV)",
    table: "ou le tableau lui-même, collé avec ses en-têtes",
    listed: "La liste des contacts du prestataire (CSV, facultative)",
    listed_about: "Avec ses colonnes provider, contact, site, queue, at, outcome, wait_s, les contacts manquants sont dits un \
                   par un.",
    stated_only: "Prendre comme les nôtres les règles que le fichier ne dit pas, sans les chercher (plus rapide)",
    send: "Comparer",
    as_json: "en JSON",
    as_csv: "en CSV",
    nothing_given: "Rien n’a été donné. Choisissez un fichier, ou collez le tableau.",
    mistakes: "La comparaison n’est pas encore possible",
    mistakes_about: "Rien n’a été utilisé. Corrigez ces endroits et renvoyez le tout.",
    file_name: "Fichier",
    column: "Colonne",
    wrong: "Ce qui ne va pas, et ce qui irait",
    example: "Un tableau pour commencer",
    example_about: "Une ligne pour tous les sites d’un prestataire ensemble et une pour chacun\u{a0}; retirez les lignes qui ne \
                    sont pas remplies. Rempli de nos propres chiffres, il montre à quoi ressemble un fichier\u{a0}: changez un \
                    nombre, et voyez.",
    everybody: "Tous les prestataires",
    month: "Mois",
    filled: "Chiffres",
    empty: "vide, à remplir",
    ours: "rempli des nôtres",
    get: "Télécharger",
    columns: "Ce que veulent dire les colonnes",
    says: "Ce qu’elle dit",
    another: "Comparer un autre fichier",
    rules: "Les règles des deux côtés",
    step: "Étape",
    of: "Dans le délai, sur",
    every_site: "tous ses sites",
    every_queue: "toutes les files",
    parts: "Ce que veulent dire les parts",
    formula: "Quels contacts sont dans le délai, et sur combien\u{a0}: la formule du taux de service, et le seuil.",
    short: "Jusqu’à combien de secondes un abandon est court, et si les courts sont comptés.",
    attribution: "À quel site et à quelle file, quel jour et dans quel fuseau un contact compte.",
    exclusions: "Ce que nos tableaux de bord écartent et que le prestataire compte\u{a0}: contacts annulés, trafic que nomment \
                 les règles du réseau, contacts présentés fermé.",
    missing: "Contacts qu’un seul côté compte\u{a0}: événements jamais reçus, ou contacts que le prestataire ne compte pas.",
    left: "Ce qu’aucune règle n’explique\u{a0}: c’est de cela qu’il faut parler.",
    names: ["Formule, seuil", "Abandons courts", "Attribution", "Exclusions", "Événements manquants", "Inexpliqué"],
    axis: "L’axe commence au plus petit des nombres, pas à zéro.",
    few_pictures: "Seules les premières différences ont une image\u{a0}; toutes sont dans les tableaux.",
    counted_by: "Compté par",
    contact: "Contact",
    see_contracts: "Contrats",
    see_statements: "Mois scellés",
};

impl Lang {
    pub(in crate::web) fn reconcile_form_words(self) -> &'static ReconcileFormWords {
        match self {
            Self::English => &ENGLISH,
            Self::French => &FRENCH,
        }
    }

    /// The language, in itself.
    pub(in crate::web) fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::French => "Français",
        }
    }

    /// How many mistakes are not shown.
    pub(in crate::web) fn more_mistakes(self, more: usize) -> String {
        let more = self.count(more as u64);
        match self {
            Self::English => format!("And {more} more."),
            Self::French => format!("Et {more} de plus."),
        }
    }

    /// How many contacts are not shown.
    pub(in crate::web) fn more_contacts(self, more: usize) -> String {
        let more = self.count(more as u64);
        match self {
            Self::English => format!("And {more} more, which the JSON lists."),
            Self::French => format!("Et {more} de plus, que le JSON donne."),
        }
    }

    /// How many lines of the file are not shown.
    pub(in crate::web) fn more_lines(self, more: usize) -> String {
        let more = self.count(more as u64);
        match self {
            Self::English => format!(
                "{more} more lines are not shown here; those with something to explain come first, and the CSV has them all."
            ),
            Self::French => {
                format!(
                    "{more} lignes de plus ne sont pas montrées ici\u{a0}; celles à expliquer viennent d’abord, et le CSV les a toutes."
                )
            }
        }
    }

    /// A count without a sign.
    pub(in crate::web) fn whole(self, count: i64) -> String {
        self.count(count.unsigned_abs())
    }

    /// A service level of both sides, in one sentence.
    pub(in crate::web) fn levels(self, provider: &str, level: &LevelWalk) -> String {
        let [ours, theirs] = [level.ours, Some(level.theirs)].map(|share| self.share(share));
        let by_theirs = self.share(level.steps.last().and_then(|step| step.value));
        let changed = (level.steps.len() > 1).then(|| match self {
            Self::English => format!("; by its rules we count {by_theirs}"),
            Self::French => format!("\u{a0}; selon ses règles nous comptons {by_theirs}"),
        });
        let changed = changed.unwrap_or_default();
        let end = match level.remainder_points {
            _ if level.explained => self.pick("explained", "expliqué").to_owned(),
            None => self.pick("nothing of ours to compare it with", "rien chez nous à lui comparer").to_owned(),
            Some(points) => {
                let points = self.value(contact::Unit::Points, points);
                format!("{points} {}", self.pick("points are left unexplained", "points restent inexpliqués"))
            }
        };
        match self {
            Self::English => {
                format!("{provider} declares a service level of {theirs}, ours is {ours}{changed}: {end}.")
            }
            Self::French => {
                format!(
                    "{provider} déclare un taux de service de {theirs}, le nôtre est de {ours}{changed}\u{a0}: {end}."
                )
            }
        }
    }
}
