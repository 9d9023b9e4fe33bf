//! The file of the token cache: sealed with AES-256-GCM, replaced in one step, guarded by a lock.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{AccessToken, Account, Entry, TokenCache, key};
use crate::graph::Secret;
use crate::graph::auth::interactive::ShownCode;

/// What the file begins with, and what is sealed along with the rest: kind and version.
const MAGIC: &[u8] = b"windows365-token-cache-1\n";
const FILE: &str = "tokens";
/// Codes that were shown and not yet entered.
const CODES: &str = "codes";
const LOCK: &str = "lock";
/// Largest file that is read, in bytes.
const LARGEST: u64 = 4 << 20;

/// The cache while no other process may change it. Dropping it lets others in.
pub(super) struct Locked {
    cache: TokenCache,
    /// Holds the lock as long as it is open.
    _guard: File,
}

impl Locked {
    pub(super) fn read(&self) -> Result<Vec<Entry>, String> {
        read(&self.cache)
    }

    pub(super) fn write(&self, entries: &[Entry]) -> Result<(), String> {
        write(&self.cache, entries)
    }

    /// The codes that were shown. What cannot be read is of no use any more.
    pub(super) fn codes(&self) -> Vec<ShownCode> {
        let sealed = read_sealed(&self.cache, CODES).ok().flatten();
        sealed.and_then(|plain| serde_json::from_slice(&plain).ok()).unwrap_or_default()
    }

    pub(super) fn keep_codes(&self, codes: &[ShownCode]) -> Result<(), String> {
        let plain = serde_json::to_vec(codes).map_err(|error| error.to_string())?;
        write_sealed(&self.cache, CODES, Zeroizing::new(plain))
    }
}

/// Locks the cache; `None` when another process has it.
pub(super) fn lock(cache: &TokenCache) -> Result<Option<Locked>, String> {
    make_folder(&cache.folder)?;
    let path = cache.folder.join(LOCK);
    let guard = private(OpenOptions::new().create(true).truncate(false).write(true))
        .open(&path)
        .map_err(|error| told(&path, &error))?;
    match guard.try_lock() {
        Ok(()) => Ok(Some(Locked { cache: cache.clone(), _guard: guard })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(told(&path, &error)),
    }
}

fn unreadable(path: &Path) -> String {
    format!(
        "{} cannot be decrypted: it is damaged, or its key is gone or another one by now. Delete it and sign in again{}",
        path.display(),
        match cfg!(target_os = "linux") {
            true =>
                ". Linux keeps the key for one login session; `allow_unencrypted_token_cache` lays it in a file instead",
            false => "",
        }
    )
}

pub(super) fn read(cache: &TokenCache) -> Result<Vec<Entry>, String> {
    let Some(plain) = read_sealed(cache, FILE)? else { return Ok(Vec::new()) };
    let document: Document =
        serde_json::from_slice(&plain).map_err(|_| unreadable(&cache.folder.join(FILE)))?;
    Ok(document.entries.into_iter().map(Kept::into_entry).collect())
}

/// What a file of the cache holds, if there is one.
fn read_sealed(cache: &TokenCache, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, String> {
    let path = cache.folder.join(name);
    let Some(bytes) = read_file(&path)? else { return Ok(None) };
    let unreadable = || unreadable(&path);
    let Some(key) = key::find(&cache.folder, cache.key)? else { return Err(unreadable()) };
    let sealed = bytes.strip_prefix(MAGIC).ok_or_else(unreadable)?;
    let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN).ok_or_else(unreadable)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| unreadable())?;
    let key = RandomizedNonceKey::new(&AES_256_GCM, &key).map_err(|_| unreadable())?;
    let mut plain = Zeroizing::new(sealed.to_vec());
    let length =
        key.open_in_place(nonce, Aad::from(MAGIC), &mut plain).map_err(|_| unreadable())?.len();
    plain.truncate(length);
    Ok(Some(plain))
}

fn write(cache: &TokenCache, entries: &[Entry]) -> Result<(), String> {
    let document = Document { entries: entries.iter().map(Kept::of).collect() };
    let plain = Zeroizing::new(serde_json::to_vec(&document).map_err(|error| error.to_string())?);
    write_sealed(cache, FILE, plain)
}

fn write_sealed(
    cache: &TokenCache,
    name: &str,
    mut sealed: Zeroizing<Vec<u8>>,
) -> Result<(), String> {
    let key = key::find_or_make(&cache.folder, cache.key)?;
    let cannot = |_| "it cannot be encrypted".to_owned();
    let key = RandomizedNonceKey::new(&AES_256_GCM, &key).map_err(cannot)?;
    let nonce = key.seal_in_place_append_tag(Aad::from(MAGIC), &mut *sealed).map_err(cannot)?;
    write_file(&cache.folder.join(name), &[MAGIC, nonce.as_ref(), &sealed].concat())
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Document {
    entries: Vec<Kept>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    account: Account,
    renewed: i64,
    #[serde(default)]
    confidential: bool,
    refresh_token: String,
    #[serde(default)]
    access_tokens: Vec<(String, String, i64)>,
}

impl Kept {
    fn of(entry: &Entry) -> Kept {
        Kept {
            account: entry.account.clone(),
            renewed: entry.renewed,
            confidential: entry.confidential,
            refresh_token: entry.refresh_token.reveal().to_owned(),
            access_tokens: entry
                .access_tokens
                .iter()
                .map(|token| {
                    (token.audience.clone(), token.secret.reveal().to_owned(), token.expires)
                })
                .collect(),
        }
    }

    fn into_entry(self) -> Entry {
        Entry {
            account: self.account,
            renewed: self.renewed,
            confidential: self.confidential,
            refresh_token: Secret::new(self.refresh_token),
            access_tokens: self
                .access_tokens
                .into_iter()
                .map(|(audience, secret, expires)| AccessToken {
                    audience,
                    secret: Secret::new(secret),
                    expires,
                })
                .collect(),
        }
    }
}

/// The bytes of a file, or nothing when there is none.
pub(super) fn read_file(path: &Path) -> Result<Option<Vec<u8>>, String> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(told(path, &error)),
    };
    let mut bytes = Vec::new();
    file.take(LARGEST).read_to_end(&mut bytes).map_err(|error| told(path, &error))?;
    Ok(Some(bytes))
}

/// Replaces a file in one step. Only its owner may read it.
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), String> {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    let new: PathBuf = path.with_extension("new");
    // One that a crash left behind may have other rights.
    let _ = std::fs::remove_file(&new);
    let mut file = private(OpenOptions::new().create_new(true).write(true))
        .open(&new)
        .map_err(|error| told(&new, &error))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .and_then(|()| std::fs::rename(&new, path))
        .map_err(|error| told(path, &error))
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600)
}

/// On Windows a folder in the user's profile is the user's alone.
#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

fn make_folder(folder: &Path) -> Result<(), String> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder).map_err(|error| told(folder, &error))
}

fn told(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
