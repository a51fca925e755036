//! The folders that are watched: whose files they hold, and how these are read.

use std::{
    collections::BTreeMap,
    fs::{self, Metadata},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::Arc,
};

use contact::{Network, ProviderId};
use intake::Mapping;

use super::{names, patience::Stamp, told::Told};

/// A folder that holds files of one kind.
#[derive(Debug)]
pub(super) struct Inbox {
    pub(super) dir: PathBuf,
    pub(super) provider: Option<ProviderId>,
    /// How rows become events; the files hold events when absent.
    pub(super) form: Option<Arc<Form>>,
}

/// A mapping beside the folders.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) name: String,
    pub(super) mapping: Arc<Mapping>,
    pub(super) text: String,
}

/// The mappings, read again when their files change.
#[derive(Debug, Default)]
pub(super) struct Forms(BTreeMap<PathBuf, (Stamp, Result<Arc<Form>, String>)>);

impl Forms {
    /// The mapping of this name; `None` when there is none.
    fn of(&mut self, root: &Path, name: &str) -> Option<Result<Arc<Form>, String>> {
        let path = root.join(format!("{name}.yaml"));
        let stamp = match fs::metadata(&path) {
            Ok(found) if found.is_file() => Stamp::from(&found),
            _ => {
                self.0.remove(&path);
                return None;
            }
        };
        if let Some((read, form)) = self.0.get(&path)
            && *read == stamp
        {
            return Some(form.clone());
        }
        let form = read(&path, name).map(Arc::new);
        self.0.insert(path, (stamp, form.clone()));
        Some(form)
    }
}

fn read(path: &Path, name: &str) -> Result<Form, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("the mapping {name}.yaml cannot be read: {error}"))?;
    let mapping = Mapping::parse(&text).map_err(|mistakes| {
        let mistakes: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        format!("the mapping {name}.yaml has mistakes: {}", mistakes.join("; "))
    })?;
    Ok(Form { name: name.to_owned(), mapping: Arc::new(mapping), text })
}

/// What lies in a folder, by name, links not followed; temporary names left out.
pub(super) fn entries(dir: &Path, told: &mut Told) -> io::Result<BTreeMap<String, Metadata>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            told.tell(&entry.path(), "its name is not UTF-8; give it one that is");
            continue;
        };
        if names::is_temporary(&name) {
            continue;
        }
        if let Some(why) = names::trouble_with(&name) {
            told.tell(&entry.path(), &why);
            continue;
        }
        match entry.metadata() {
            Ok(metadata) => {
                found.insert(name, metadata);
            }
            // It was taken away meanwhile.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => told.tell(&entry.path(), &format!("it cannot be looked at: {error}")),
        }
    }
    Ok(found)
}

/// The inboxes below `root`. What lies there and is none is told.
pub(super) fn look_around(
    root: &Path,
    network: &Network,
    forms: &mut Forms,
    told: &mut Told,
) -> io::Result<Vec<Inbox>> {
    let mut inboxes = Vec::new();
    for (name, found) in entries(root, told)? {
        let dir = root.join(&name);
        let provider = network.providers.get_key_value(name.as_str()).map(|(provider, _)| provider.clone());
        // Mappings may be links: they are the operator's.
        if Path::new(&name).extension().is_some_and(|end| end == "yaml") && !found.is_dir() {
            continue;
        }
        if !is_folder(&dir, &found, told) {
            continue;
        }
        if let Some(provider) = &provider {
            match by_mapping(&dir, root, provider, forms, told) {
                Ok(by_mapping) => inboxes.extend(by_mapping),
                Err(error) => told.tell(&dir, &format!("it cannot be read: {error}")),
            }
        }
        match (provider, forms.of(root, &name)) {
            (_, Some(Err(mistakes))) => told.tell(&dir, &mistakes),
            (None, None) => told.tell(&dir, &no_inbox(network)),
            (provider, form) => {
                let form = form.and_then(Result::ok);
                inboxes.extend(inbox(dir, provider, form, network, told));
            }
        }
    }
    Ok(inboxes)
}

/// The folders of a provider's exports, each named like the mapping that reads them.
fn by_mapping(
    dir: &Path,
    root: &Path,
    provider: &ProviderId,
    forms: &mut Forms,
    told: &mut Told,
) -> io::Result<Vec<Inbox>> {
    let mut inboxes = Vec::new();
    for (name, found) in entries(dir, told)? {
        let path = dir.join(&name);
        if !found.is_dir() || [names::DONE, names::REFUSED].contains(&name.as_str()) {
            continue;
        }
        match forms.of(root, &name) {
            Some(Ok(form)) => inboxes.push(Inbox { dir: path, provider: Some(provider.clone()), form: Some(form) }),
            Some(Err(mistakes)) => told.tell(&path, &mistakes),
            None => {
                let right = format!("put {name}.yaml beside the providers' folders");
                told.tell(&path, &format!("no mapping reads its files; {right}"));
            }
        }
    }
    Ok(inboxes)
}

/// An inbox of which it is clear whose rows it holds: the folder's provider, whom the mapping names, or the only one.
fn inbox(
    dir: PathBuf,
    provider: Option<ProviderId>,
    form: Option<Arc<Form>>,
    network: &Network,
    told: &mut Told,
) -> Option<Inbox> {
    let names_one = form.as_ref().is_some_and(|form| form.mapping.providers().next().is_some());
    let mut known = network.providers.keys();
    let only = known.next().filter(|_| known.next().is_none()).filter(|_| !names_one);
    let provider = provider.or_else(|| only.cloned());
    if provider.is_none() && !names_one {
        told.tell(&dir, "its mapping does not say whose rows these are; move the folder into a provider's");
        return None;
    }
    Some(Inbox { dir, provider, form })
}

fn is_folder(path: &Path, found: &Metadata, told: &mut Told) -> bool {
    if found.is_symlink() {
        told.tell(path, "a symbolic link is not followed; put the folder or file itself here");
    } else if !found.is_dir() {
        told.tell(path, "it lies beside the providers' folders; put it into the folder of whoever sends it");
    }
    found.is_dir()
}

fn no_inbox(network: &Network) -> String {
    let known: Vec<&str> = network.providers.keys().map(ProviderId::as_str).collect();
    format!(
        "the folder is named neither like a provider of the network file nor like a mapping beside it; providers: {}",
        known.join(", ")
    )
}

impl Inbox {
    /// The folder `name` in it, made if it is missing.
    ///
    /// # Errors
    /// It cannot be made, or something else has its name.
    pub(super) fn folder(&self, name: &str) -> io::Result<PathBuf> {
        let path = self.dir.join(name);
        match fs::create_dir(&path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        if fs::symlink_metadata(&path)?.is_dir() {
            return Ok(path);
        }
        let what = "a folder is needed here to put files away; something else has its name, remove it";
        Err(io::Error::new(ErrorKind::AlreadyExists, what))
    }
}
