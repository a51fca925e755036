//! The promises of a contract as a tree.

use askama::Template;
use contract::PromiseStanding;
use evaluation::{ContractAnswer, State};

use super::{state::state_badge, told::objective_id};
use crate::web::{fact::Badge, lang::Lang, words::ContractWords};

/// Promises, each with those that it is made of.
#[derive(Template)]
#[template(path = "promises.html")]
pub(super) struct Tree {
    said: &'static ContractWords,
    branches: Vec<Branch>,
}

/// A promise: how it stands, or why nothing measures it.
struct Branch {
    title: String,
    badge: Option<Badge>,
    unmeasured: Option<String>,
    leaves: Vec<Leaf>,
    below: Option<Tree>,
}

/// An objective that measures a promise.
struct Leaf {
    name: String,
    /// Its place on the page.
    link: Option<String>,
    badge: Option<Badge>,
}

impl Tree {
    pub(super) fn new(lang: Lang, id: &str, contract: &ContractAnswer) -> Self {
        let link = |name: &str| {
            let position = contract.objectives.iter().position(|objective| objective.name == name)?;
            Some(format!("#{}", objective_id(id, position)))
        };
        Self::of(lang, &contract.promises, &link)
    }

    fn of(lang: Lang, promises: &[PromiseStanding<State>], link: &dyn Fn(&str) -> Option<String>) -> Self {
        let branch = |promise: &PromiseStanding<State>| Branch {
            title: title(lang, promise),
            badge: promise.state.map(|state| state_badge(lang, state)),
            unmeasured: promise.unmeasured.clone(),
            leaves: promise
                .objectives
                .iter()
                .map(|(name, state)| Leaf {
                    name: name.clone(),
                    link: link(name),
                    badge: state.map(|state| state_badge(lang, state)),
                })
                .collect(),
            below: (!promise.promises.is_empty()).then(|| Self::of(lang, &promise.promises, link)),
        };
        Self { said: lang.contract_words(), branches: promises.iter().map(branch).collect() }
    }
}

/// In the language of the page, else in any, else its name.
fn title(lang: Lang, promise: &PromiseStanding<State>) -> String {
    let said = promise.title.get(lang.code()).or_else(|| promise.title.values().next());
    said.unwrap_or(&promise.name).clone()
}
