//! The words a contract chooses from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// The word.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
    )+};
}

words! {
    /// Where the clock of a wait starts.
    ClockStart {
        /// When the contact enters the queue, after any greeting.
        QueueEntry = "queue_entry",
        /// When it is presented to the distribution.
        Presentation = "presentation",
        /// When the customer arrives.
        Arrival = "arrival",
    }
    /// Whether exactly the threshold is in time.
    Boundary {
        /// It is.
        Inclusive = "inclusive",
        /// It is not.
        Exclusive = "exclusive",
    }
    /// How a callback counts.
    Callback {
        /// As an answer, in time when it came in time.
        AnsweredIfWithin = "answered_if_within",
        /// In neither numerator nor denominator.
        Neutral = "neutral",
        /// As a miss.
        Miss = "miss",
    }
    /// How a contact counts that left the queue unanswered without hanging up.
    Overflow {
        /// As a miss.
        Miss = "miss",
        /// In neither numerator nor denominator.
        Neutral = "neutral",
        /// Left out, and counted.
        Excluded = "excluded",
    }
    /// To which window a contact belongs.
    Attribution {
        /// That of its arrival.
        Arrival = "arrival",
        /// That of its outcome.
        Outcome = "outcome",
        /// That of its end.
        Disconnect = "disconnect",
        /// That in which it was answered, abandoned or passed the threshold.
        ThresholdEvent = "threshold_event",
    }
    /// Elapsed or business time.
    Clock {
        /// Every hour counts.
        Elapsed = "elapsed",
        /// Open hours count.
        Business = "business",
    }
    /// Which contacts a window holds.
    Cohort {
        /// Those received in it.
        ReceivedIn = "received_in",
        /// Those completed in it.
        CompletedIn = "completed_in",
    }
    /// The role of a calendar.
    CalendarRole {
        /// Hours promised to customers.
        Promise = "promise",
        /// Hours the contract counts.
        Contract = "contract",
        /// Hours at which a site works.
        Site = "site",
        /// Every hour.
        Always = "always",
    }
    /// The unit of a figure.
    Unit {
        /// A share from 0 to 1.
        Share = "share",
        /// A length of time.
        Duration = "duration",
        /// Points or a number.
        Points = "points",
    }
    /// Which way a figure is better.
    Better {
        /// More is better.
        Higher = "higher",
        /// Less is better.
        Lower = "lower",
    }
    /// Whether a figure is rounded before it is compared.
    RoundWhen {
        /// Rounded half up, then compared.
        BeforeComparison = "before_comparison",
        /// Compared as it is; rounded to be shown.
        AfterComparison = "after_comparison",
    }
    /// What an accepted exclusion does.
    Effect {
        /// The contacts it covers are left out.
        DropContacts = "drop_contacts",
        /// The whole window is excused.
        WaiveWindow = "waive_window",
        /// Nothing is left out; it is shown beside the result.
        ReportOnly = "report_only",
    }
    /// Who must accept a claim.
    AcceptedBy {
        /// Both parties.
        Both = "both",
        /// The brand.
        Client = "client",
        /// The provider.
        Provider = "provider",
    }
    /// Whose events count.
    SourceOfTruth {
        /// The provider's.
        ProviderEvents = "provider_events",
        /// The brand's own distribution.
        BrandAcd = "brand_acd",
    }
    /// What holds when data is not complete.
    OnShortfall {
        /// No result until it is.
        Hold = "hold",
        /// What is missing is a miss.
        AssumeMiss = "assume_miss",
    }
    /// What the provider is relieved of when more came than was foreseen.
    OverRelief {
        /// The surplus contacts of each day.
        SurplusOnly = "surplus_only",
        /// The window.
        WaiveWindow = "waive_window",
    }
    /// Which contacts of a day are the surplus.
    SurplusRule {
        /// Every contact of the day weighs allowed / actual.
        Prorata = "prorata",
        /// Those that came after the allowed volume was reached.
        Chronological = "chronological",
    }
    /// Whether money moves.
    Mode {
        /// It is computed and shown, and not due.
        Shadow = "shadow",
        /// It is due.
        Binding = "binding",
        /// The same facts, no money.
        Coaching = "coaching",
    }
    /// One of the levels.
    LevelName {
        /// The least.
        Floor = "floor",
        /// What decides.
        Expected = "expected",
        /// What is aimed at.
        Target = "target",
    }
    /// When an earn-back is decided.
    Decided {
        /// When the last window it needs closes.
        WindowEnd = "window_end",
        /// At the end of the calendar quarter in which that window closes.
        QuarterEnd = "quarter_end",
    }
}
