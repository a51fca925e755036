//! A disk whose power can be cut: ext4 on a loop device, shut down without writing its journal.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use super::tool::wait;

/// Room for a lake and its journal; the file is sparse.
const BYTES: u64 = 512 << 20;
/// `EXT4_IOC_SHUTDOWN` with `EXT4_GOING_FLAGS_NOLOGFLUSH`: what was not synced is gone.
const CUT: &str = "import fcntl, os, struct, sys; \
    fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack('I', 2))";

/// A mounted disk. Unmounted when dropped.
pub(super) struct Disk {
    folder: tempfile::TempDir,
}

impl Disk {
    /// Makes and mounts one.
    ///
    /// # Errors
    /// Why this machine cannot: no root, no loop devices, no tools.
    pub(super) fn new() -> Result<Self, String> {
        let folder = tempfile::Builder::new().prefix("vigie-power-").tempdir().map_err(|error| error.to_string())?;
        let disk = Self { folder };
        let image = File::create(disk.image()).and_then(|file| file.set_len(BYTES));
        image.map_err(|error| format!("no image: {error}"))?;
        run(Command::new("python3").arg("--version"))?;
        run(Command::new("mkfs.ext4").args(["-q", "-F"]).arg(disk.image()))?;
        fs::create_dir(disk.root()).map_err(|error| error.to_string())?;
        disk.mount()?;
        Ok(disk)
    }

    fn image(&self) -> PathBuf {
        self.folder.path().join("disk.img")
    }

    /// Where it is mounted.
    pub(super) fn root(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    /// Nothing becomes durable by waiting: the disk's own journal is written by syncs alone.
    fn mount(&self) -> Result<(), String> {
        run(Command::new("mount").args(["-o", "loop,commit=300"]).arg(self.image()).arg(self.root()))
    }

    /// Cuts the power: from now on every write and sync fails.
    ///
    /// # Panics
    /// When the file system does not know how.
    pub(super) fn cut(&self) {
        run(Command::new("python3").args(["-c", CUT]).arg(self.root())).expect("ext4 can be shut down");
    }

    /// Power again. Nothing may have a file open.
    ///
    /// # Panics
    /// When the disk cannot be mounted again.
    pub(super) fn power_on(&self) {
        self.unmount().expect("nothing is open");
        self.mount().expect("ext4 recovers from its journal");
    }

    fn unmount(&self) -> Result<(), String> {
        let mut last = String::new();
        let done = wait(Duration::from_secs(10), || match unmount(&self.root()) {
            Ok(()) => Some(()),
            Err(error) => {
                last = error;
                None
            }
        });
        done.ok_or(last)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // A disk that was never mounted, or a test that failed with files open: there is nobody left to tell.
        let _ = unmount(&self.root()).or_else(|_| run(Command::new("umount").arg("-l").arg(self.root())));
    }
}

fn unmount(root: &Path) -> Result<(), String> {
    run(Command::new("umount").arg(root))
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{}: {}", command.get_program().display(), said.trim()))
}
