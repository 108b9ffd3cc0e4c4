//! Buckets and their objects, in memory.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::outside::Outside;
use crate::chance::Chance;
use crate::house::hold;

/// The bucket that is there from the start.
pub(crate) const BUCKET: &str = "migration";
/// The prefix of federated users' names (recorded).
const FEDERATED: &str = "oracleidentitycloudservice/";

/// A stored file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StoredObject {
    #[serde(with = "crate::store::blob")]
    pub bytes: Arc<Vec<u8>>,
    /// 32 hexadecimal digits.
    pub hash: String,
    pub modified: Timestamp,
    pub content_type: Option<String>,
}

type Bucket = BTreeMap<String, StoredObject>;

/// All buckets, and who may use them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ObjectStore {
    /// `http://127.0.0.1:PORT`.
    pub base: String,
    pub namespace: String,
    pub user: String,
    /// The authentication token; it protects nothing.
    pub token: String,
    /// The secret part of the address of pre-authenticated requests.
    pub prepared: String,
    buckets: BTreeMap<String, Bucket>,
}

/// A bucket that an address leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Target {
    pub bucket: String,
    /// In another store on this computer. It is not kept: what lets in there is no business of a file.
    #[serde(skip)]
    pub outside: Option<Outside>,
}

impl ObjectStore {
    pub fn new(base: String) -> Self {
        Self {
            base,
            namespace: "sandboxtenant".to_owned(),
            user: "storage.admin@example.com".to_owned(),
            token: format!("sandbox-{}", Chance::of(11, "object store").hex(8)),
            prepared: Chance::of(12, "pre-authenticated request").hex(16),
            buckets: BTreeMap::from([(BUCKET.to_owned(), Bucket::new())]),
        }
    }

    /// Takes the buckets of an earlier store, which had another address.
    pub fn refill(&mut self, earlier: Self) {
        self.buckets = earlier.buckets;
    }

    /// The address of the bucket that is there from the start.
    pub fn url(&self) -> String {
        format!("{}/v1/{}/{BUCKET}", self.base, self.namespace)
    }

    /// The same bucket by a pre-authenticated request.
    pub fn prepared_url(&self) -> String {
        format!(
            "{}/p/{}/n/{}/b/{BUCKET}/o/",
            self.base, self.prepared, self.namespace
        )
    }

    pub fn lets_in(&self, user: &str, token: &str) -> bool {
        user.strip_prefix(FEDERATED).unwrap_or(user) == self.user && token == self.token
    }

    /// The bucket behind the storage address of a job, for these credentials.
    pub fn target(&self, address: &str, user: &str, token: &str) -> Option<Target> {
        // The port of another store may begin with the digits of this one.
        let own = address
            .strip_prefix(self.base.as_str())
            .filter(|path| path.starts_with('/'));
        let Some(path) = own else {
            let outside = Outside::at(address, user, token)?;
            return Some(Target {
                bucket: String::new(),
                outside: Some(outside),
            });
        };
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        let bucket = match parts.as_slice() {
            ["v1", namespace, bucket]
                if *namespace == self.namespace && self.lets_in(user, token) =>
            {
                bucket
            }
            ["p", prepared, "n", namespace, "b", bucket, "o"]
                if *prepared == self.prepared && *namespace == self.namespace =>
            {
                bucket
            }
            _ => return None,
        };
        self.buckets.contains_key(*bucket).then(|| Target {
            bucket: (*bucket).to_owned(),
            outside: None,
        })
    }

    /// A file behind the address of a job; `None` where there is none. Whoever asks holds no lock: another store may
    /// take its time.
    pub fn fetch(
        store: &Mutex<Self>,
        target: &Target,
        name: &str,
    ) -> Result<Option<Arc<Vec<u8>>>, &'static str> {
        match &target.outside {
            Some(outside) => Ok(outside.get(name)?.map(Arc::new)),
            None => Ok(hold(store)
                .get(&target.bucket, name)
                .map(|object| Arc::clone(&object.bytes))),
        }
    }

    /// Stores a file behind the address of a job.
    pub fn store(
        store: &Mutex<Self>,
        target: &Target,
        name: &str,
        bytes: Vec<u8>,
        content_type: Option<String>,
    ) -> Result<(), &'static str> {
        if let Some(outside) = &target.outside {
            return outside.put(name, &bytes);
        }
        hold(store)
            .put(&target.bucket, name, bytes, content_type)
            .map(drop)
            .ok_or("The bucket does not exist")
    }

    pub fn bucket(&self, name: &str) -> Option<&Bucket> {
        self.buckets.get(name)
    }

    /// True where the bucket is new.
    pub fn make_bucket(&mut self, name: &str) -> bool {
        if self.buckets.contains_key(name) {
            return false;
        }
        self.buckets.insert(name.to_owned(), Bucket::new());
        true
    }

    pub fn get(&self, bucket: &str, object: &str) -> Option<&StoredObject> {
        self.buckets.get(bucket)?.get(object)
    }

    /// Stores a file; its hash, or `None` where there is no such bucket.
    pub fn put(
        &mut self,
        bucket: &str,
        object: &str,
        bytes: Vec<u8>,
        content_type: Option<String>,
    ) -> Option<String> {
        let bucket = self.buckets.get_mut(bucket)?;
        let mut hash = String::new();
        for byte in Sha256::digest(&bytes).iter().take(16) {
            // Writing to a string does not fail.
            let _ = write!(hash, "{byte:02x}");
        }
        let stored = StoredObject {
            bytes: Arc::new(bytes),
            hash: hash.clone(),
            modified: Timestamp::now(),
            content_type,
        };
        bucket.insert(object.to_owned(), stored);
        Some(hash)
    }

    pub fn delete(&mut self, bucket: &str, object: &str) -> bool {
        self.buckets
            .get_mut(bucket)
            .is_some_and(|bucket| bucket.remove(object).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_a_bucket_only_with_the_right_credentials() {
        let store = ObjectStore::new("http://127.0.0.1:1".to_owned());
        let token = store.token.clone();
        let federated = format!("{FEDERATED}{}", store.user);
        for user in [store.user.as_str(), federated.as_str()] {
            assert!(store.target(&store.url(), user, &token).is_some());
            assert!(store.target(&store.url(), user, "wrong").is_none());
        }
        assert!(store.target(&store.prepared_url(), "", "").is_some());
        let elsewhere = store.url().replace("127.0.0.1", "192.0.2.1");
        assert!(store.target(&elsewhere, &federated, &token).is_none());
        let missing = store.url().replace(BUCKET, "missing");
        assert!(store.target(&missing, &federated, &token).is_none());
    }
}
