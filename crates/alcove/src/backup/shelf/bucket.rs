//! A shelf in storage that speaks like S3, over TLS that is verified. An upload there is whole or not at all.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use object_store::aws::{AmazonS3, AmazonS3Builder, Checksum};
use object_store::path::Path;
use object_store::{
    Certificate, ClientOptions, ObjectStore as _, ObjectStoreExt as _, RetryConfig,
};
use tokio::runtime::Handle;

use crate::failure::Failure;
use crate::settings::{Storage, secret_of};

/// How long an unanswered request is tried again.
const PATIENCE: Duration = Duration::from_mins(1);
const TRIES: usize = 6;

/// A part of a bucket.
pub(in crate::backup) struct Bucket {
    store: AmazonS3,
    prefix: String,
    /// Requests are made by code that waits for them, also on threads of the store.
    runtime: Handle,
}

impl Bucket {
    pub(super) fn open(name: &str, prefix: &str, storage: &Storage) -> Result<Self, Failure> {
        let file = storage.credentials_file.as_ref().ok_or_else(|| {
            Failure::refused(
                "say with what to sign in at the storage: backup_s3_credentials_file, two lines, the access key's id and its secret",
            )
        })?;
        let credentials = secret_of(file)?;
        let Some((id, secret)) = credentials.split_once('\n') else {
            return Err(Failure::refused(format!(
                "{} does not have two lines, the access key's id and its secret",
                file.display()
            )));
        };
        let mut builder = AmazonS3Builder::new()
            .with_client_options(options(storage)?)
            .with_bucket_name(name)
            .with_region(&storage.region)
            .with_access_key_id(id.trim())
            .with_secret_access_key(secret.trim())
            .with_checksum_algorithm(Checksum::SHA256)
            .with_retry(RetryConfig {
                max_retries: TRIES,
                retry_timeout: PATIENCE,
                ..RetryConfig::default()
            });
        if let Some(endpoint) = &storage.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        Ok(Self {
            store: builder.build().map_err(|error| refused(name, &error))?,
            prefix: prefix.to_owned(),
            runtime: Handle::current(),
        })
    }

    fn path(&self, name: &str) -> Path {
        if self.prefix.is_empty() {
            Path::from(name)
        } else {
            Path::from(format!("{}/{name}", self.prefix))
        }
    }

    fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        tokio::task::block_in_place(|| self.runtime.block_on(work))
    }

    pub(super) fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), Failure> {
        let path = self.path(name);
        let put = self.wait(self.store.put(&path, bytes.into()));
        put.map(drop).map_err(|error| refused(name, &error))
    }

    pub(super) fn get(&self, name: &str) -> Result<Vec<u8>, Failure> {
        let path = self.path(name);
        let got = self.wait(async { self.store.get(&path).await?.bytes().await });
        got.map(|bytes| bytes.to_vec())
            .map_err(|error| refused(name, &error))
    }

    pub(super) fn remove(&self, name: &str) -> Result<(), Failure> {
        let path = self.path(name);
        let gone = self.wait(self.store.delete(&path));
        gone.map_err(|error| refused(name, &error))
    }

    pub(super) fn names(&self, below: &str) -> Result<Vec<String>, Failure> {
        let path = self.path(below);
        let found: Vec<_> = self
            .wait(self.store.list(Some(&path)).try_collect())
            .map_err(|error| refused(below, &error))?;
        let names = found.iter().filter_map(|object| {
            let name = object.location.as_ref();
            let name = name.strip_prefix(&self.prefix)?;
            Some(name.trim_start_matches('/').to_owned())
        });
        Ok(names.collect())
    }
}

/// What is trusted, and no unprotected way but to this machine.
fn options(storage: &Storage) -> Result<ClientOptions, Failure> {
    let mut options = ClientOptions::new();
    if let Some(file) = &storage.certificate_file {
        let named = |why: String| Failure::refused(format!("{}: {why}", file.display()));
        let pem = std::fs::read(file).map_err(|error| named(error.to_string()))?;
        let certificate = Certificate::from_pem(&pem).map_err(|error| named(error.to_string()))?;
        options = options.with_root_certificate(certificate);
    }
    Ok(options)
}

/// The storage's answer, without the request that was signed.
fn refused(name: &str, error: &object_store::Error) -> Failure {
    Failure::refused(format!("the storage refused {name}: {error}"))
}
