//! Every field an event may have: its path, its shape, and which types of event it belongs to.
//!
//! One table serves the JSON reader, the checks, the mapping engine and the mapping's JSON Schema.

use contact::EventType;

/// What a value of a field looks like in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A string.
    Text,
    /// A whole number, not negative.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// A string in RFC 3339.
    Time,
    /// Anything.
    Json,
}

macro_rules! fields {
    (envelope { $($variant:ident = $name:literal, $shape:ident;)+ } data { $($dvariant:ident = $dname:literal, $dshape:ident;)+ }) => {
        /// A field of the envelope or of `data`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Field { $($variant,)+ $($dvariant,)+ }

        impl Field {
            /// Every field of `data`.
            pub const DATA: &[Self] = &[$(Self::$dvariant),+];
            /// How many fields there are.
            pub const COUNT: usize = [$(Self::$variant,)+ $(Self::$dvariant),+].len();

            /// The field's path, as errors name it.
            pub const fn path(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ $(Self::$dvariant => concat!("data.", $dname)),+ }
            }

            /// The shape of its values.
            pub const fn shape(self) -> Shape {
                match self { $(Self::$variant => Shape::$shape,)+ $(Self::$dvariant => Shape::$dshape),+ }
            }

            /// The envelope's field of this name.
            pub fn of_envelope(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }

            /// The field of `data` of this name.
            pub fn of_data(name: &str) -> Option<Self> {
                match name { $($dname => Some(Self::$dvariant),)+ _ => None }
            }
        }
    };
}

fields! {
    envelope {
        SpecVersion = "specversion", Text;
        Id = "id", Text;
        Source = "source", Text;
        Type = "type", Text;
        Subject = "subject", Text;
        Time = "time", Time;
        DataContentType = "datacontenttype", Text;
        DataSchema = "dataschema", Text;
    }
    data {
        StartedAt = "started_at", Time;
        Site = "site", Text;
        Queue = "queue", Text;
        Leg = "leg", Integer;
        Revision = "revision", Integer;
        Contact = "contact", Text;
        Provider = "provider", Text;
        Channel = "channel", Text;
        Direction = "direction", Text;
        Agent = "agent", Text;
        Customer = "customer", Text;
        Team = "team", Text;
        Reason = "reason", Text;
        Language = "language", Text;
        Priority = "priority", Text;
        Complaint = "complaint", Bool;
        Recognised = "recognised", Bool;
        By = "by", Text;
        To = "to", Text;
        ToSite = "to_site", Text;
        ToQueue = "to_queue", Text;
        On = "on", Text;
        Slot = "slot", Time;
        Reached = "reached", Bool;
        Decision = "decision", Text;
        TalkS = "talk_s", Number;
        HoldS = "hold_s", Number;
        WrapS = "wrap_s", Number;
        EndedBy = "ended_by", Text;
        Resolution = "resolution", Text;
        Kind = "kind", Text;
        Score = "score", Number;
        Scale = "scale", Text;
        Form = "form", Text;
        Critical = "critical", Text;
        Criteria = "criteria", Json;
        Evaluator = "evaluator", Text;
    }
}

impl Field {
    /// The name without `data.`.
    pub fn name(self) -> &'static str {
        let path = self.path();
        path.strip_prefix("data.").unwrap_or(path)
    }

    /// Whether an event of this type stores the field. A field on a type that has no use for it is treated like an
    /// unknown one: not stored, and warned about.
    pub fn belongs_to(self, kind: EventType) -> bool {
        use EventType as T;
        match self {
            Self::By => matches!(kind, T::Answered | T::Replied | T::CustomerWrote | T::Resolved),
            Self::To => kind == T::FlowedOut,
            Self::ToSite | Self::ToQueue => matches!(kind, T::Transferred | T::FlowedOut),
            Self::On => kind == T::Waiting,
            Self::Slot | Self::Reached => matches!(kind, T::CallbackRequested | T::Dialled),
            Self::Decision => matches!(kind, T::Decided | T::Published),
            Self::TalkS | Self::HoldS | Self::WrapS | Self::EndedBy => kind == T::Ended,
            Self::Resolution => kind == T::Resolved,
            Self::Kind | Self::Scale => kind == T::Surveyed,
            Self::Score => matches!(kind, T::Surveyed | T::Evaluated),
            Self::Form | Self::Critical | Self::Criteria | Self::Evaluator => kind == T::Evaluated,
            _ => true,
        }
    }
}
