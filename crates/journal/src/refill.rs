//! After a restart, the identity index knows again what the tail holds.

use arrow::{
    array::{Array, AsArray},
    datatypes::Int64Type,
};

use crate::{
    TailBatch,
    identities::{Identities, IdentityKey},
};

/// Remembers every event of `batches`, whose columns are those of events.
pub(crate) fn refill(identities: &mut Identities, batches: &[TailBatch]) {
    for TailBatch { batch, .. } in batches {
        let [provider, source, id] = ["provider", "source", "id"].map(|name| batch[name].as_string::<i32>());
        let [revision, digest] = ["revision", "digest"].map(|name| batch[name].as_primitive::<Int64Type>());
        for row in 0..batch.num_rows() {
            let key = IdentityKey::new(provider.value(row), source.value(row), id.value(row), revision.value(row));
            identities.stage(key, digest.value(row));
        }
        debug_assert_eq!(digest.null_count(), 0, "a batch has the columns of events, checked when it was read");
        identities.commit();
    }
}
