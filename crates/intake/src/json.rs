//! One JSON object straight into a [`Draft`]: no tree, nothing copied that can be borrowed.
//!
//! The reader takes any value for any field (the checks come later) but refuses what two readers could understand
//! differently: a key twice in one object, at any depth, and nesting beyond [`MAX_DEPTH`].

use std::{borrow::Cow, collections::BTreeSet, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::{
    draft::{Draft, Scalar},
    field::{Field, Shape},
    warning::shown_name,
};

/// Deepest nesting of arrays and objects; the event itself is level 1.
pub(crate) const MAX_DEPTH: u32 = 32;

/// The visits of scalars that all end alike.
macro_rules! scalars {
    ($out:ty => |$reader:ident, $value:ident| $body:expr) => {
        scalars!(@one $out, visit_bool(bool), $reader, $value, $body);
        scalars!(@one $out, visit_i64(i64), $reader, $value, $body);
        scalars!(@one $out, visit_u64(u64), $reader, $value, $body);
        scalars!(@one $out, visit_f64(f64), $reader, $value, $body);
        scalars!(@one $out, visit_str(&str), $reader, $value, $body);
    };
    (@one $out:ty, $visit:ident($kind:ty), $reader:ident, $value:ident, $body:expr) => {
        fn $visit<E: Error>(self, $value: $kind) -> Result<$out, E> {
            let $reader = self;
            $body
        }
    };
}

/// Reads one event.
pub(crate) fn read<'a>(text: &'a str, draft: &mut Draft<'a>) -> serde_json::Result<()> {
    let mut reader = serde_json::Deserializer::from_str(text);
    reader.deserialize_any(Object { draft, level: Level::Envelope })?;
    reader.end()
}

#[derive(Clone, Copy, PartialEq)]
enum Level {
    Envelope,
    Data,
}

/// The event's object or its `data`.
struct Object<'d, 'a> {
    draft: &'d mut Draft<'a>,
    level: Level,
}

impl<'a> Visitor<'a> for Object<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        let depth = if self.level == Level::Data { 2 } else { 1 };
        // Never allocates while all keys are known.
        let mut strangers = BTreeSet::new();
        while let Some(key) = map.next_key_seed(Key(self.level))? {
            match key {
                Named::Field(field) => {
                    if !self.draft.first_time(field) {
                        return Err(A::Error::custom(format_args!("the key {:?} appears twice", field.name())));
                    }
                    let value = if field.shape() == Shape::Json {
                        map.next_value_seed(Canonical { depth })?
                            .map_or(Scalar::Absent, |text| Scalar::Text(text.into()))
                    } else {
                        map.next_value_seed(One { depth })?
                    };
                    self.draft.set(field, value);
                }
                Named::Data => {
                    if !self.draft.first_data() {
                        return Err(A::Error::custom("the key \"data\" appears twice"));
                    }
                    map.next_value_seed(Data(self.draft))?;
                }
                Named::Stranger(name) => {
                    map.next_value_seed(Skip { depth })?;
                    let prefix = if self.level == Level::Data { "data." } else { "" };
                    self.draft.unknown.push(shown_name(prefix, &name));
                    if !strangers.insert(name) {
                        return Err(A::Error::custom("a key that no field has appears twice"));
                    }
                }
            }
        }
        Ok(())
    }
}

/// The value of `data`: an object, or nothing.
struct Data<'d, 'a>(&'d mut Draft<'a>);

impl<'a> DeserializeSeed<'a> for Data<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(DataValue(self.0))
    }
}

struct DataValue<'d, 'a>(&'d mut Draft<'a>);

impl<'a> Visitor<'a> for DataValue<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object as data")
    }

    fn visit_map<A: MapAccess<'a>>(self, map: A) -> Result<(), A::Error> {
        Object { draft: self.0, level: Level::Data }.visit_map(map)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(self, seq: A) -> Result<(), A::Error> {
        self.0.data_is_object = false;
        Skip { depth: 1 }.visit_seq(seq)
    }

    scalars!(() => |reader, _value| {
        reader.0.data_is_object = false;
        Ok(())
    });
}

enum Named<'a> {
    Field(Field),
    Data,
    Stranger(Cow<'a, str>),
}

struct Key(Level);

impl Key {
    fn known(&self, name: &str) -> Option<Named<'static>> {
        match self.0 {
            Level::Envelope if name == "data" => Some(Named::Data),
            Level::Envelope => Field::of_envelope(name).map(Named::Field),
            Level::Data => Field::of_data(name).map(Named::Field),
        }
    }
}

impl<'a> DeserializeSeed<'a> for Key {
    type Value = Named<'a>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Named<'a>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'a> for Key {
    type Value = Named<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, name: &'a str) -> Result<Named<'a>, E> {
        Ok(self.known(name).unwrap_or(Named::Stranger(Cow::Borrowed(name))))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Named<'a>, E> {
        Ok(self.known(name).unwrap_or_else(|| Named::Stranger(Cow::Owned(name.to_owned()))))
    }
}

/// A value that should be a scalar; what is composite is read through and noted as such.
struct One {
    depth: u32,
}

impl<'a> DeserializeSeed<'a> for One {
    type Value = Scalar<'a>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Scalar<'a>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for One {
    type Value = Scalar<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Scalar<'a>, E> {
        Ok(Scalar::Absent)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Scalar<'a>, E> {
        Ok(Scalar::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Scalar<'a>, E> {
        Ok(Scalar::Integer(value))
    }

    #[expect(clippy::cast_precision_loss, reason = "no field takes an integer beyond 2^63; the value is refused later")]
    fn visit_u64<E: Error>(self, value: u64) -> Result<Scalar<'a>, E> {
        Ok(i64::try_from(value).map_or(Scalar::Number(value as f64), Scalar::Integer))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Scalar<'a>, E> {
        Ok(Scalar::Number(value))
    }

    fn visit_borrowed_str<E: Error>(self, value: &'a str) -> Result<Scalar<'a>, E> {
        Ok(Scalar::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Scalar<'a>, E> {
        Ok(Scalar::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'a>>(self, seq: A) -> Result<Scalar<'a>, A::Error> {
        Skip { depth: self.depth }.visit_seq(seq).map(|()| Scalar::Composite)
    }

    fn visit_map<A: MapAccess<'a>>(self, map: A) -> Result<Scalar<'a>, A::Error> {
        Skip { depth: self.depth }.visit_map(map).map(|()| Scalar::Composite)
    }
}

/// Any value, read through and forgotten; `depth` is that of the object it lies in.
struct Skip {
    depth: u32,
}

/// One level down from `depth`.
fn deeper<E: Error>(depth: u32) -> Result<u32, E> {
    if depth >= MAX_DEPTH {
        return Err(E::custom(format_args!("nested deeper than {MAX_DEPTH} levels")));
    }
    Ok(depth + 1)
}

impl<'a> DeserializeSeed<'a> for Skip {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Skip {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    scalars!(() => |_reader, _value| Ok(()));

    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<(), A::Error> {
        let depth = deeper(self.depth)?;
        while seq.next_element_seed(Self { depth })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        let depth = deeper(self.depth)?;
        let mut keys = BTreeSet::new();
        while let Some(key) = map.next_key_seed(One { depth })? {
            let Scalar::Text(key) = key else { return Err(A::Error::custom("a key that is not text")) };
            if !keys.insert(key) {
                // The key is not named: inside unknown fields it may be a person's.
                return Err(A::Error::custom("a key appears twice in an object"));
            }
            map.next_value_seed(Self { depth })?;
        }
        Ok(())
    }
}

/// Any value as compact JSON text with sorted keys, so that equal content is equal text; `null` is `None`.
struct Canonical {
    depth: u32,
}

impl<'a> DeserializeSeed<'a> for Canonical {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Option<String>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Canonical {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Option<String>, E> {
        Ok(None)
    }

    scalars!(Option<String> => |_reader, value| serde_json::to_string(&value).map(Some).map_err(E::custom));

    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<Option<String>, A::Error> {
        let depth = deeper(self.depth)?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(Self { depth })? {
            items.push(item.unwrap_or_else(|| "null".to_owned()));
        }
        Ok(Some(format!("[{}]", items.join(","))))
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Option<String>, A::Error> {
        let depth = deeper(self.depth)?;
        let mut items = std::collections::BTreeMap::new();
        while let Some(key) = map.next_key::<Cow<'a, str>>()? {
            let value = map.next_value_seed(Self { depth })?.unwrap_or_else(|| "null".to_owned());
            if items.insert(key, value).is_some() {
                return Err(A::Error::custom("a key appears twice in data.criteria"));
            }
        }
        let mut parts = Vec::with_capacity(items.len());
        for (key, value) in &items {
            parts.push(format!("{}:{value}", serde_json::to_string(key).map_err(A::Error::custom)?));
        }
        Ok(Some(format!("{{{}}}", parts.join(","))))
    }
}
