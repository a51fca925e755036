//! The local file system as an object store that keeps its promises through a power cut.

use std::fmt;
use std::fs::File;
use std::io::Write;
use std::path::Path as FilePath;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMode,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result, UploadPart,
};

use crate::disk::{Disk, DiskError, Naming};

const STORE: &str = "DurableStore";

/// A local object store, rooted at `/`, in which a name appears only once its bytes are durable and a put answers only
/// once the name is (L1). It replaces `object_store`'s own local writes, which never sync; reads and listings are theirs.
///
/// `Create` and `Overwrite` puts are supported, a multipart upload is gathered in memory and put at its end, conditional
/// updates, copies and renames are refused: nothing here needs them.
#[derive(Debug, Clone)]
pub struct DurableStore {
    disk: Arc<Disk>,
    inner: Arc<LocalFileSystem>,
}

impl DurableStore {
    /// For writing below `home`, an absolute directory; those above it are taken as durable if they exist.
    #[must_use]
    pub fn new(home: &FilePath) -> Self {
        Self::on(Disk::new(home, File::sync_all))
    }

    pub(crate) fn on(disk: Disk) -> Self {
        Self { disk: Arc::new(disk), inner: Arc::new(LocalFileSystem::new()) }
    }

    pub(crate) fn disk(&self) -> &Arc<Disk> {
        &self.disk
    }

    async fn put_durably(&self, location: &Path, payload: PutPayload, naming: Naming) -> Result<PutResult> {
        let path = self.inner.path_to_filesystem(location)?;
        let disk = Arc::clone(&self.disk);
        tokio::task::spawn_blocking(move || {
            disk.put(&path, naming, |writer| {
                let written = payload.iter().try_for_each(|part| writer.write_all(part));
                written.map_err(|source| DiskError::Io { path: path.clone(), source })
            })
        })
        .await?
        .map_err(into_store_error)?;
        Ok(PutResult { e_tag: None, version: None })
    }
}

fn into_store_error(error: DiskError) -> Error {
    match error {
        DiskError::Exists(ref path) => Error::AlreadyExists { path: path.display().to_string(), source: error.into() },
        _ => Error::Generic { store: STORE, source: error.into() },
    }
}

fn refuse(operation: &str) -> Error {
    Error::NotImplemented { operation: operation.to_owned(), implementer: STORE.to_owned() }
}

impl fmt::Display for DurableStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{STORE}({})", self.disk.home().display())
    }
}

#[async_trait]
impl ObjectStore for DurableStore {
    async fn put_opts(&self, location: &Path, payload: PutPayload, opts: PutOptions) -> Result<PutResult> {
        let naming = match opts.mode {
            PutMode::Create => Naming::Create,
            PutMode::Overwrite => Naming::Replace,
            PutMode::Update(_) => return Err(refuse("a conditional update")),
        };
        self.put_durably(location, payload, naming).await
    }

    async fn put_multipart_opts(&self, location: &Path, _: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        Ok(Box::new(Gathered { store: self.clone(), location: location.clone(), parts: Vec::new() }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.inner.get_opts(location, options).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[std::ops::Range<u64>]) -> Result<Vec<Bytes>> {
        self.inner.get_ranges(location, ranges).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    fn list_with_offset(&self, prefix: Option<&Path>, offset: &Path) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list_with_offset(prefix, offset)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        Err(refuse("a copy"))
    }

    async fn rename_opts(&self, _: &Path, _: &Path, _: RenameOptions) -> Result<()> {
        Err(refuse("a rename"))
    }
}

/// A multipart upload that becomes one durable put; only large checkpoints of the Delta log come this way.
#[derive(Debug)]
struct Gathered {
    store: DurableStore,
    location: Path,
    parts: Vec<Bytes>,
}

#[async_trait]
impl MultipartUpload for Gathered {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        self.parts.extend(data);
        Box::pin(futures::future::ready(Ok(())))
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let payload = PutPayload::from_iter(std::mem::take(&mut self.parts));
        self.store.put_durably(&self.location, payload, Naming::Replace).await
    }

    async fn abort(&mut self) -> Result<()> {
        self.parts.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::TryStreamExt;
    use object_store::ObjectStoreExt;

    #[tokio::test]
    async fn a_name_is_created_once_and_staging_files_are_never_listed() {
        let home = tempfile::tempdir().unwrap();
        let store = DurableStore::new(home.path());
        let prefix = Path::from_absolute_path(home.path()).unwrap();
        let path = prefix.clone().join("day").join("file.parquet");
        let create = || PutOptions::from(PutMode::Create);
        store.put_opts(&path, "one".into(), create()).await.unwrap();
        let again = store.put_opts(&path, "two".into(), create()).await;
        assert!(matches!(again, Err(Error::AlreadyExists { .. })), "{again:?}");
        std::fs::write(home.path().join("day/file.parquet#77000001"), b"half a fi").unwrap();
        let listed: Vec<_> = store.list(Some(&prefix)).try_collect().await.unwrap();
        assert_eq!(listed.iter().map(|meta| &meta.location).collect::<Vec<_>>(), [&path]);
        assert_eq!(store.get(&path).await.unwrap().bytes().await.unwrap(), "one");
    }

    #[tokio::test]
    async fn a_multipart_upload_shows_nothing_before_it_is_complete() {
        let home = tempfile::tempdir().unwrap();
        let store = DurableStore::new(home.path());
        let path = Path::from_absolute_path(home.path().join("large")).unwrap();
        let mut upload = store.put_multipart(&path).await.unwrap();
        upload.put_part("one ".into()).await.unwrap();
        upload.put_part("two".into()).await.unwrap();
        assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
        upload.complete().await.unwrap();
        assert_eq!(std::fs::read(home.path().join("large")).unwrap(), b"one two");
    }
}
