//! Opening and creating a vault, and the index that reading needs.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustic_backend::LocalBackend;
use rustic_core::{
    ConfigOptions, Credentials, FileType, Id, IndexedFullStatus, KeyOptions, OpenStatus,
    Repository, RepositoryBackends, RepositoryOptions, RusticError, WriteBackend,
};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::attend::{apart, guarded};
use crate::error::{Result, VaultError, has_code};
use crate::key::MasterSecret;
use crate::remote::{FolderFiles, RemoteFiles};
use crate::staging::{CARGO, RUN, Staging, is_run_name};
use crate::trees::Trees;
use crate::writer_lock::WriterLock;

/// Packs of 8 MB keep the memory of a write low; restic reads packs of any size.
const PACK_BYTES: u64 = 8 * 1024 * 1024;

/// A repository with its whole index in memory.
pub(crate) type Reader = Repository<IndexedFullStatus>;

/// An open vault. Shared between threads by `Arc`; every method blocks.
pub struct Vault {
    place: Where,
    id: String,
    secret: Arc<MasterSecret>,
    store: Arc<dyn WriteBackend>,
    reader: Mutex<Option<CachedReader>>,
    trees: Arc<Trees>,
}

/// Where a vault lies.
#[derive(Clone)]
pub(crate) struct Where {
    /// Its folder; for a remote one its address, which is good for errors alone.
    pub(crate) path: PathBuf,
    /// Its files as they are.
    pub(crate) files: Arc<dyn RemoteFiles>,
    /// Whether it is not in a folder of this computer.
    pub(crate) is_remote: bool,
}

impl Where {
    fn folder(dir: &Path) -> Self {
        Self {
            path: dir.to_path_buf(),
            files: Arc::new(FolderFiles::new(dir)),
            is_remote: false,
        }
    }

    pub(crate) fn remote(files: Arc<dyn RemoteFiles>) -> Self {
        Self {
            path: PathBuf::from(files.location()),
            files,
            is_remote: true,
        }
    }
}

struct CachedReader {
    indexes: Vec<Id>,
    reader: Arc<Reader>,
}

impl Vault {
    /// Makes a new vault (a restic repository, version 2) in `dir`, which is empty or absent.
    ///
    /// # Errors
    /// `NotEmpty`, `UnusablePassword` (empty, or beginning or ending with white space, which restic
    /// would take away), `Io`, `DiskFull`.
    pub fn create(dir: &Path, password: &SecretString) -> Result<Self> {
        let doing = "Creating the vault";
        let text = usable(password)?;
        fs::create_dir_all(dir).map_err(|error| VaultError::io(doing, dir, error))?;
        let mut items = fs::read_dir(dir).map_err(|error| VaultError::io(doing, dir, error))?;
        if items.next().is_some() {
            return Err(VaultError::NotEmpty {
                path: dir.to_path_buf(),
            });
        }
        keep_private(dir);
        let vault = Self::make(doing, Where::folder(dir), local(dir)?, text)?;
        fs::create_dir_all(dir.join("locks")).map_err(|error| VaultError::io(doing, dir, error))?;
        Ok(vault)
    }

    /// Makes the repository at a place that is empty.
    pub(crate) fn make(
        doing: &'static str,
        place: Where,
        store: Arc<dyn WriteBackend>,
        password: &str,
    ) -> Result<Self> {
        let config = ConfigOptions::default()
            .set_version(2_u32)
            .set_datapack_size(rustic_size(PACK_BYTES))
            .set_datapack_growfactor(0_u32)
            .set_treepack_size(rustic_size(PACK_BYTES / 2))
            .set_treepack_growfactor(0_u32);
        let subject = place.path.display().to_string();
        let repository = guarded(doing, &subject, || {
            unopened(&store)
                .and_then(|repository| {
                    repository.init(
                        &Credentials::password(password),
                        &KeyOptions::default().with_created(true),
                        &config,
                    )
                })
                .map_err(|error| VaultError::store(doing, &place.path, &subject, &error))
        })?;
        Self::from_repository(place, store, &repository)
    }

    /// Opens the vault in `dir`. Takes about half a second and, for that time, 128 MB: restic's key
    /// derivation (scrypt) is made to be costly.
    ///
    /// # Errors
    /// `NotAVault`, `WrongPassword`, `Damaged`, `Io`.
    pub fn open(dir: &Path, password: &SecretString) -> Result<Self> {
        Self::open_with(dir, &Credentials::password(password.expose_secret()))
    }

    /// Opens the vault in `dir` with the key that [`Self::export_key`] gave, without the cost of
    /// the key derivation.
    ///
    /// # Errors
    /// As [`Self::open`]; a key of another vault, or one that is not whole, is `WrongPassword`.
    pub fn open_with_key(dir: &Path, key: &SecretString) -> Result<Self> {
        let Some(secret) = MasterSecret::import(key) else {
            return Err(VaultError::WrongPassword {
                path: dir.to_path_buf(),
            });
        };
        Self::open_with(dir, &secret.credentials())
    }

    /// Whether `dir` looks like a vault: it holds a repository's `config` and `keys`.
    #[must_use]
    pub fn exists(dir: &Path) -> bool {
        dir.join("config").is_file() && dir.join("keys").is_dir()
    }

    /// The master key as JSON, for the keychain of the operating system and nowhere else: whoever
    /// has it reads the vault.
    #[must_use]
    pub fn export_key(&self) -> SecretString {
        self.secret.export()
    }

    /// Adds a password that opens the vault from now on, beside those that already do; for a vault
    /// that was opened with its key and whose password is lost. Takes as long as [`Self::open`].
    ///
    /// # Errors
    /// `UnusablePassword`, `Locked`, `DiskFull`, `Io`.
    pub fn add_password(&self, password: &SecretString) -> Result<()> {
        let doing = "Adding a password";
        let text = usable(password)?;
        let _lock = WriterLock::acquire(self)?;
        let options = KeyOptions::default().with_created(true);
        self.repository_over(doing, &self.store)?
            .add_key(text, &options)
            .map(|_| ())
            .map_err(|error| self.failure(doing, "keys", &error))
    }

    /// The repository's id, 64 hexadecimal digits.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The vault's folder; of a remote vault its address, which is no path on this computer.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.place.path
    }

    /// Whether the vault does not lie in a folder of this computer.
    #[must_use]
    pub fn is_remote(&self) -> bool {
        self.place.is_remote
    }

    /// The staging of a run, made where it is not there. It lies in `staging/` beside the vault; a
    /// remote vault has none.
    ///
    /// # Errors
    /// `InvalidEntry` where the run's name cannot be a folder's name; `Io`, `DiskFull`.
    pub fn staging(&self, run: &str) -> Result<Staging> {
        if !is_run_name(run) {
            return Err(VaultError::InvalidEntry {
                path: run.to_owned(),
                reason: "a run's name holds letters, digits, dots, dashes and underscores",
            });
        }
        if self.is_remote() {
            return Err(VaultError::io(
                "Opening the staging",
                self.path(),
                std::io::Error::new(
                    std::io::ErrorKind::Unsupported,
                    "a remote vault has no staging",
                ),
            ));
        }
        let folder = self.staging_folder().join(run);
        Staging::open(&folder, &self.secret, &RUN)
    }

    /// A folder, wherever it lies, for what planned waybills will send, made where it is not there.
    ///
    /// # Errors
    /// `Io`, `DiskFull`.
    pub fn cargo(&self, folder: &Path) -> Result<Staging> {
        Staging::open(folder, &self.secret, &CARGO)
    }

    /// The names of all runs that have a staging, sorted.
    pub fn stagings(&self) -> Result<Vec<String>> {
        if self.is_remote() {
            return Ok(Vec::new());
        }
        let folder = self.staging_folder();
        let io = |error| VaultError::io("Listing the staging", &folder, error);
        let items = match fs::read_dir(&folder) {
            Ok(items) => items,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(io(error)),
        };
        let mut runs = Vec::new();
        for item in items {
            let item = item.map_err(io)?;
            if item.path().is_dir()
                && let Ok(run) = item.file_name().into_string()
                && is_run_name(&run)
            {
                runs.push(run);
            }
        }
        runs.sort_unstable();
        Ok(runs)
    }

    /// The files of the vault as they are.
    pub(crate) fn raw_files(&self) -> &Arc<dyn RemoteFiles> {
        &self.place.files
    }

    pub(crate) fn secret(&self) -> &Arc<MasterSecret> {
        &self.secret
    }

    pub(crate) fn store(&self) -> &Arc<dyn WriteBackend> {
        &self.store
    }

    /// The repository over another way to the disk, without an index.
    pub(crate) fn repository_over(
        &self,
        operation: &'static str,
        store: &Arc<dyn WriteBackend>,
    ) -> Result<Repository<OpenStatus>> {
        unopened(store)
            .and_then(|repository| repository.open(&self.secret.credentials()))
            .map_err(|error| self.failure(operation, "config", &error))
    }

    /// The repository with its index, read again only when an index file came or went.
    pub(crate) fn reader(&self, operation: &'static str) -> Result<Arc<Reader>> {
        let mut indexes = self
            .store
            .list(FileType::Index)
            .map_err(|error| self.failure(operation, "index", &error))?;
        indexes.sort_unstable();
        let mut cached = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cached) = cached.as_ref().filter(|cached| cached.indexes == indexes) {
            return Ok(cached.reader.clone());
        }
        let reader = apart(operation, "the index", || {
            self.repository_over(operation, &self.store)?
                .to_indexed()
                .map_err(|error| self.failure(operation, "the index", &error))
        })?;
        let reader = Arc::new(reader);
        *cached = Some(CachedReader {
            indexes,
            reader: reader.clone(),
        });
        Ok(reader)
    }

    /// The same, without anything that the library still holds in memory: what is read through it
    /// comes from the disk.
    pub(crate) fn fresh_reader(&self, operation: &'static str) -> Result<Arc<Reader>> {
        self.trees.forget();
        *self.reader.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.reader(operation)
    }

    pub(crate) fn trees(&self) -> Arc<Trees> {
        self.trees.clone()
    }

    pub(crate) fn failure(
        &self,
        operation: &'static str,
        subject: &str,
        error: &RusticError,
    ) -> VaultError {
        VaultError::store(operation, self.path(), subject, error)
    }

    fn staging_folder(&self) -> PathBuf {
        self.path()
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."))
            .join("staging")
    }

    fn open_with(dir: &Path, credentials: &Credentials) -> Result<Self> {
        let doing = "Opening the vault";
        if !Self::exists(dir) {
            // A folder that may not be read is not the same as one that holds no vault.
            if let Err(error) = fs::read_dir(dir)
                && error.kind() != std::io::ErrorKind::NotFound
                && error.kind() != std::io::ErrorKind::NotADirectory
            {
                return Err(VaultError::io(doing, dir, error));
            }
            return Err(VaultError::NotAVault {
                path: dir.to_path_buf(),
            });
        }
        Self::unlock(doing, Where::folder(dir), local(dir)?, credentials)
    }

    /// Opens the repository at a place that holds one.
    pub(crate) fn unlock(
        doing: &'static str,
        place: Where,
        store: Arc<dyn WriteBackend>,
        credentials: &Credentials,
    ) -> Result<Self> {
        let opened = guarded(doing, "the vault's keys", || {
            unopened(&store)
                .and_then(|repository| repository.open(credentials))
                .map_err(|error| opening_failure(doing, &place, credentials, &error))
        })?;
        Self::from_repository(place, store, &opened)
    }

    fn from_repository(
        place: Where,
        store: Arc<dyn WriteBackend>,
        repository: &Repository<OpenStatus>,
    ) -> Result<Self> {
        let secret = MasterSecret::from_master_key(repository.key()).ok_or_else(|| {
            VaultError::damaged("Opening the vault", "the master key", "it is not whole")
        })?;
        Ok(Self {
            place,
            id: repository.config().id.to_hex().as_str().to_owned(),
            secret: Arc::new(secret),
            store,
            reader: Mutex::new(None),
            trees: Arc::default(),
        })
    }

    /// The same vault over another storage, for tests of a storage that fails.
    #[cfg(test)]
    pub(crate) fn over(&self, store: Arc<dyn WriteBackend>) -> Self {
        Self {
            place: self.place.clone(),
            id: self.id.clone(),
            secret: self.secret.clone(),
            store,
            reader: Mutex::new(None),
            trees: Arc::default(),
        }
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault")
            .field("path", &self.place.path)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// The password's text, if restic takes it as it is.
pub(crate) fn usable(password: &SecretString) -> Result<&str> {
    let text = password.expose_secret();
    if text.is_empty() {
        return Err(VaultError::UnusablePassword {
            reason: "it is empty",
        });
    }
    if text.trim() != text || text.contains(['\n', '\r', '\0']) {
        return Err(VaultError::UnusablePassword {
            reason: "it begins or ends with white space, or contains a line break",
        });
    }
    Ok(text)
}

fn rustic_size(bytes: u64) -> bytesize::ByteSize {
    bytesize::ByteSize(bytes)
}

/// The storage in a folder. Made from the path itself: as an option string, a Windows path would
/// be misread.
fn local(dir: &Path) -> Result<Arc<dyn WriteBackend>> {
    let path = dir.to_str().ok_or_else(|| VaultError::Io {
        operation: "Opening the vault",
        path: dir.to_path_buf(),
        source: std::io::Error::new(
            std::io::ErrorKind::InvalidInput,
            "the path is not valid Unicode",
        ),
    })?;
    let backend = LocalBackend::new(path, [])
        .map_err(|error| VaultError::store("Opening the vault", dir, path, &error))?;
    Ok(Arc::new(backend))
}

/// A repository without the library's cache, which would lie in the user's home.
fn unopened(store: &Arc<dyn WriteBackend>) -> rustic_core::RusticResult<Repository<()>> {
    Repository::new(
        &RepositoryOptions::default().no_cache(true),
        &RepositoryBackends::new(store.clone(), None),
    )
}

/// Tells a wrong password from damaged keys and from a damaged configuration.
fn opening_failure(
    doing: &'static str,
    place: &Where,
    credentials: &Credentials,
    error: &RusticError,
) -> VaultError {
    // The library's code for "the authentication of encrypted data failed".
    let not_authentic = has_code(error, "C001");
    let with_key = matches!(credentials, Credentials::Masterkey(_));
    if error.is_incorrect_password() || (not_authentic && with_key) {
        if let Some(key) = damaged_key(&*place.files) {
            return VaultError::damaged(doing, key, "its content does not match its name");
        }
        return VaultError::WrongPassword {
            path: place.path.clone(),
        };
    }
    let subject = if not_authentic {
        "config"
    } else {
        "the vault's keys or config"
    };
    VaultError::store(doing, &place.path, subject, error)
}

/// A key file whose content no longer has the hash that it is named by.
fn damaged_key(files: &dyn RemoteFiles) -> Option<String> {
    files.list("keys").ok()?.into_iter().find_map(|file| {
        let name = file.id()?;
        let content = files.get(&file.path).ok()?;
        let damaged = hex::encode(Sha256::digest(&content)) != name;
        damaged.then(|| file.path.clone())
    })
}

/// Lets nobody but the owner into the folder, where the operating system knows such a thing.
fn keep_private(dir: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if let Err(error) = fs::set_permissions(dir, fs::Permissions::from_mode(0o700)) {
            // Some file systems have no permissions; what is stored is encrypted in any case.
            tracing::debug!(%error, "the vault's folder could not be made private");
        }
    }
    #[cfg(not(unix))]
    let _ = dir;
}
