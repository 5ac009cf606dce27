//! The unwrapped compartment keys in memory, some hundred bytes each, at places that never move.
//!
//! A map that grows moves what it holds and leaves copies behind; so the map holds only where a key lies, and the
//! keys lie in chunks that are overwritten when the shelf, or a compartment, is dropped.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use uuid::Uuid;
use zeroize::Zeroize;

use super::KeyringRow;
use super::rows::{Epoch, Name, WrappedCompartment};
use crate::crypto::{KEY, Key};
use crate::sealed::KEY_ID;
use crate::{CompartmentId, Kind, VaultError};

/// Keys in a chunk.
const CHUNK: usize = 1024;

/// Where a key lies and what the vault knows about it.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    index: u32,
    /// The epoch of its durable row.
    pub(crate) epoch: u32,
    pub(crate) kind: Kind,
}

/// A key where it lies, and its short name once somebody asked for it.
pub(crate) struct Kept<'a> {
    pub(crate) kind: Kind,
    pub(crate) key: &'a [u8; KEY],
    pub(crate) key_id: &'a OnceLock<[u8; KEY_ID]>,
}

struct Chunk {
    keys: Box<[[u8; KEY]]>,
    names: Box<[OnceLock<[u8; KEY_ID]>]>,
}

impl Chunk {
    fn new() -> Self {
        Self {
            keys: vec![[0; KEY]; CHUNK].into_boxed_slice(),
            names: vec![OnceLock::new(); CHUNK].into_boxed_slice(),
        }
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        self.keys.as_flattened_mut().zeroize();
    }
}

/// All compartment keys, and the epochs that they are wrapped under.
pub(crate) struct Shelf {
    places: HashMap<CompartmentId, Place>,
    chunks: Vec<Chunk>,
    used: u32,
    free: Vec<u32>,
    /// The epoch under which new compartments are wrapped.
    pub(crate) epoch: Arc<Epoch>,
    /// Older ones, while compartments are still wrapped under them.
    pub(crate) older: Vec<Arc<Epoch>>,
}

impl Shelf {
    pub(crate) fn new(epoch: Epoch) -> Self {
        Self {
            places: HashMap::new(),
            chunks: Vec::new(),
            used: 0,
            free: Vec::new(),
            epoch: Arc::new(epoch),
            older: Vec::new(),
        }
    }

    /// Unwraps every epoch and every compartment of a keyring.
    pub(crate) fn load(
        installation: Uuid,
        root: &Key,
        rows: &[KeyringRow],
    ) -> Result<Self, VaultError> {
        let mut epochs = Vec::new();
        for row in rows {
            if let Name::Epoch(number) = Name::of(row)? {
                epochs.push(Epoch::unwrap(installation, root, number, row)?);
            }
        }
        epochs.sort_by_key(|(epoch, _)| epoch.number);
        let (newest, oldest) = epochs.pop().ok_or_else(|| VaultError::damaged("epoch"))?;
        let mut shelf = Self::new(newest);
        for (epoch, _) in epochs {
            if epoch.number < oldest {
                return Err(VaultError::damaged(&super::rows::epoch_name(epoch.number)));
            }
            shelf.older.push(Arc::new(epoch));
        }
        shelf.places.reserve(rows.len());
        for row in rows {
            if let Name::Compartment(id) = Name::of(row)? {
                shelf.take_in(installation, id, row)?;
            }
        }
        Ok(shelf)
    }

    /// Unwraps one compartment's row and keeps its key.
    pub(crate) fn take_in(
        &mut self,
        installation: Uuid,
        id: CompartmentId,
        row: &KeyringRow,
    ) -> Result<(), VaultError> {
        let unwrapped = || {
            let wrapped = WrappedCompartment::parse(id, row)?;
            let mut key = Key::copied(&[0; KEY]);
            let epoch = self.epoch_of(wrapped.epoch)?;
            wrapped.unwrap(installation, epoch, key.bytes_mut())?;
            Some((wrapped.kind, wrapped.epoch, key))
        };
        let (kind, epoch, key) = unwrapped().ok_or_else(|| VaultError::damaged(&row.name))?;
        self.put(id, kind, epoch, &key);
        Ok(())
    }

    fn epoch_of(&self, number: u32) -> Option<&Epoch> {
        let mut epochs = std::iter::once(&self.epoch).chain(&self.older);
        epochs.find(|epoch| epoch.number == number).map(Arc::as_ref)
    }

    /// Keeps a key. A compartment that is there already keeps its own and only learns the newer epoch.
    pub(crate) fn put(&mut self, id: CompartmentId, kind: Kind, epoch: u32, key: &Key) {
        if let Some(place) = self.places.get_mut(&id) {
            place.epoch = place.epoch.max(epoch);
            return;
        }
        let index = self.free.pop().unwrap_or(self.used);
        if index == self.used {
            self.used = self.used.saturating_add(1);
        }
        if self.slot(index).is_none() {
            self.chunks.push(Chunk::new());
        }
        if let Some(slot) = self.slot(index) {
            slot.copy_from_slice(key.bytes());
            self.places.insert(id, Place { index, epoch, kind });
        }
    }

    /// Takes in rows that another node wrote: epochs first, then compartments that are not here yet.
    pub(crate) fn learn(
        &mut self,
        installation: Uuid,
        root: &Key,
        rows: &[KeyringRow],
    ) -> Result<(), VaultError> {
        for row in rows {
            if let Name::Epoch(number) = Name::of(row)? {
                let (epoch, oldest) = Epoch::unwrap(installation, root, number, row)?;
                if number < self.oldest() {
                    return Err(VaultError::damaged(&row.name));
                }
                if self.epoch_of(number).is_none() {
                    self.advance(epoch);
                }
                self.older.retain(|epoch| epoch.number >= oldest);
            }
        }
        for row in rows {
            if let Name::Compartment(id) = Name::of(row)?
                && !self.is_known(id, row)
            {
                self.take_in(installation, id, row)?;
            }
        }
        Ok(())
    }

    /// Whether this key is here, under the epoch that the row says: unwrapping it again would tell nothing.
    fn is_known(&self, id: CompartmentId, row: &KeyringRow) -> bool {
        let here = self.places.get(&id).map(|place| place.epoch);
        here.is_some() && here == WrappedCompartment::parse(id, row).map(|wrapped| wrapped.epoch)
    }

    /// Makes an epoch the newest; an older one than the newest stands beside it.
    pub(crate) fn advance(&mut self, epoch: Epoch) {
        let mut epoch = Arc::new(epoch);
        if epoch.number > self.epoch.number {
            std::mem::swap(&mut epoch, &mut self.epoch);
        }
        self.older.push(epoch);
    }

    /// The oldest epoch that counts.
    pub(crate) fn oldest(&self) -> u32 {
        let older = self.older.iter().map(|epoch| epoch.number);
        older.min().unwrap_or(self.epoch.number)
    }

    /// Notes that a compartment's durable row is under this epoch now.
    pub(crate) fn moved(&mut self, id: CompartmentId, epoch: u32) {
        if let Some(place) = self.places.get_mut(&id) {
            place.epoch = place.epoch.max(epoch);
        }
    }

    /// How many keys there are.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// About how many bytes the keys and what is known about them take.
    #[cfg(test)]
    pub(crate) fn memory(&self) -> usize {
        let place = size_of::<(CompartmentId, Place)>() + 1;
        self.chunks.len() * CHUNK * (KEY + size_of::<OnceLock<[u8; KEY_ID]>>())
            + self.places.capacity() * 8 / 7 * place
    }

    /// Overwrites and forgets a key.
    pub(crate) fn forget(&mut self, id: CompartmentId) -> Option<Kind> {
        let place = self.places.remove(&id)?;
        self.slot(place.index)?.zeroize();
        self.free.push(place.index);
        Some(place.kind)
    }

    /// What is known about a compartment.
    pub(crate) fn place(&self, id: CompartmentId) -> Option<Place> {
        self.places.get(&id).copied()
    }

    /// A compartment's kind and key.
    pub(crate) fn get(&self, id: CompartmentId) -> Option<Kept<'_>> {
        let place = self.places.get(&id)?;
        let (chunk, slot) = coordinates(place.index)?;
        let chunk = self.chunks.get(chunk)?;
        Some(Kept {
            kind: place.kind,
            key: chunk.keys.get(slot)?,
            key_id: chunk.names.get(slot)?,
        })
    }

    /// Every compartment with what is known about it.
    pub(crate) fn places(&self) -> impl Iterator<Item = (CompartmentId, Place)> {
        self.places.iter().map(|(id, place)| (*id, *place))
    }

    /// The place of a key that comes or goes, without the name of the one before.
    fn slot(&mut self, index: u32) -> Option<&mut [u8; KEY]> {
        let (chunk, slot) = coordinates(index)?;
        let chunk = self.chunks.get_mut(chunk)?;
        *chunk.names.get_mut(slot)? = OnceLock::new();
        chunk.keys.get_mut(slot)
    }
}

fn coordinates(index: u32) -> Option<(usize, usize)> {
    let index = usize::try_from(index).ok()?;
    Some((index / CHUNK, index % CHUNK))
}
