//! The key of the token cache.

use std::path::Path;

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::store;

/// Length of a key of AES-256, in bytes.
const LENGTH: usize = 32;
/// What the keyring knows the key by.
const SERVICE: &str = "terraform-provider-windows365";
const USER: &str = "token-cache";
const FILE: &str = "key";

/// Where the key lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// In the operating system's keyring, and nowhere else.
    Keyring,
    /// In the keyring, or where there is none in a file beside the data.
    KeyringOrFile,
    /// In a file beside the data.
    File,
}

type Key = Zeroizing<Vec<u8>>;

/// The key, if there is one.
pub(super) fn find(folder: &Path, place: KeyPlace) -> Result<Option<Key>, String> {
    if place != KeyPlace::Keyring
        && let Some(key) = store::read_file(&folder.join(FILE))?
    {
        return checked(key).map(Some);
    }
    if place == KeyPlace::File {
        return Ok(None);
    }
    match from_keyring() {
        Ok(key) => Ok(key),
        Err(_) if place == KeyPlace::KeyringOrFile => Ok(None),
        Err(why) => Err(no_keyring(&why)),
    }
}

/// The key, made now if there is none.
pub(super) fn find_or_make(folder: &Path, place: KeyPlace) -> Result<Key, String> {
    if let Some(key) = find(folder, place)? {
        return Ok(key);
    }
    let mut key = Zeroizing::new(vec![0; LENGTH]);
    SystemRandom::new().fill(&mut key).map_err(|_| "there is no randomness".to_owned())?;
    // Linux keeps keys for a login session at most, and in some containers for a single process: where a file is allowed, it is better.
    let is_lasting = !cfg!(target_os = "linux") || place == KeyPlace::Keyring;
    if place != KeyPlace::File && is_lasting {
        match into_keyring(&key) {
            Ok(()) => return Ok(key),
            Err(why) if place == KeyPlace::Keyring => return Err(no_keyring(&why)),
            Err(_) => {}
        }
    }
    store::write_file(&folder.join(FILE), &key)?;
    Ok(key)
}

fn checked(key: Vec<u8>) -> Result<Key, String> {
    if key.len() == LENGTH {
        Ok(Zeroizing::new(key))
    } else {
        Err("the file of its key is damaged".to_owned())
    }
}

fn no_keyring(why: &str) -> String {
    format!(
        "the operating system offers no keyring for its key ({why}). Set `allow_unencrypted_token_cache` to lay the key in a file beside \
         it, where whoever can read your files can use the sign-in"
    )
}

fn entry() -> Result<keyring::Entry, String> {
    keyring::Entry::new(SERVICE, USER).map_err(|error| error.to_string())
}

fn from_keyring() -> Result<Option<Key>, String> {
    match entry()?.get_password() {
        Ok(text) => {
            let text = Zeroizing::new(text);
            let key = STANDARD.decode(text.as_bytes()).map_err(|_| "its key is damaged".to_owned());
            key.and_then(checked).map(Some)
        }
        Err(keyring::Error::NoEntry) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

fn into_keyring(key: &[u8]) -> Result<(), String> {
    let text = Zeroizing::new(STANDARD.encode(key));
    entry()?.set_password(&text).map_err(|error| error.to_string())
}
