//! The states of windows as shapes and colours.

use evaluation::State;

use crate::web::{fact::Badge, lang::Lang};

/// The state of a window, a promise or an objective: the word, and a shape beside the colour.
pub(super) fn state_badge(lang: Lang, state: State) -> Badge {
    let shape = match state {
        State::Excused | State::NotCounted => "–",
        State::Met | State::Secured => "✓",
        State::OnTrack => "●",
        State::NotEnoughData => "?",
        State::Held => "‖",
        State::AtRisk => "▲",
        State::Unlikely => "▼",
        State::Lost | State::Breached => "✕",
    };
    Badge { class: class(state), shape, text: lang.window_state(state) }
}

/// The name of a state for the style sheet.
pub(super) fn class(state: State) -> &'static str {
    match state {
        State::Excused | State::NotCounted | State::NotEnoughData => "unknown",
        State::Held => "held",
        State::Met | State::Secured | State::OnTrack => "good",
        State::AtRisk | State::Unlikely => "risk",
        State::Lost | State::Breached => "bad",
    }
}

/// How tall a bar of a state is, in hundredths: the graver, the taller.
pub(super) fn height(state: State) -> u32 {
    match state {
        State::Excused | State::NotCounted | State::NotEnoughData => 20,
        State::Met | State::Secured => 35,
        State::OnTrack => 50,
        State::Held => 60,
        State::AtRisk => 75,
        State::Unlikely => 85,
        State::Lost | State::Breached => 100,
    }
}
