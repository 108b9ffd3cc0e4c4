//! Unpacking the files of a ZIP, one after the other with one inflater.

use flate2::{Decompress, FlushDecompress, Status};

use crate::directory::Packed;
use crate::{ArchiveError, Excess};

const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// How many bytes are made room for at first: the size of a file is the archive's word.
const FIRST: u64 = 1 << 20;

/// What unpacks.
pub(crate) struct Unpacker(Decompress);

impl Unpacker {
    pub fn new() -> Self {
        Self(Decompress::new(false))
    }

    /// The bytes of a file, whose checksum is compared; not more than are allowed.
    pub fn whole(
        &mut self,
        name: &str,
        bytes: &[u8],
        file: &Packed,
        (allowed, excess): (u64, Excess),
    ) -> Result<Vec<u8>, ArchiveError> {
        if file.size > allowed {
            return Err(ArchiveError::TooLarge(excess));
        }
        let packed = file.bytes(bytes).unwrap_or_default();
        let unpacked = match file.method {
            STORED => packed.to_vec(),
            DEFLATED => self
                .inflate(packed, file.size, allowed)
                .map_err(|error| ArchiveError::file(name, error))?,
            _ => {
                return Err(ArchiveError::file(
                    name,
                    "it is packed in a way that is not known here",
                ));
            }
        };
        let count = unpacked.len() as u64;
        if count > allowed {
            return Err(ArchiveError::TooLarge(excess));
        }
        if count != file.size {
            let words = format!("it says that it has {} bytes, and has {count}", file.size);
            return Err(ArchiveError::file(name, words));
        }
        if crc32fast::hash(&unpacked) != file.checksum {
            return Err(ArchiveError::file(name, "its checksum is wrong"));
        }
        Ok(unpacked)
    }

    /// To the end of the stream, or one byte more than is allowed.
    fn inflate(&mut self, packed: &[u8], size: u64, allowed: u64) -> Result<Vec<u8>, String> {
        self.0.reset(false);
        let room = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
        let mut unpacked = Vec::with_capacity(room(size.min(FIRST).saturating_add(1)));
        loop {
            let read = room(self.0.total_in());
            let rest = packed.get(read..).unwrap_or_default();
            let status = self
                .0
                .decompress_vec(rest, &mut unpacked, FlushDecompress::Finish)
                .map_err(|error| error.to_string())?;
            if status == Status::StreamEnd || unpacked.len() as u64 > allowed {
                return Ok(unpacked);
            }
            if unpacked.len() < unpacked.capacity() {
                return Err("its end is missing".to_owned());
            }
            let more = (unpacked.len() as u64).min(allowed - unpacked.len() as u64 + 1);
            unpacked.reserve_exact(room(more));
        }
    }

    /// The first bytes of a file, at most `most`; none where it cannot be unpacked.
    pub fn head(&mut self, bytes: &[u8], file: &Packed, most: usize) -> Vec<u8> {
        let packed = file.bytes(bytes).unwrap_or_default();
        match file.method {
            STORED => packed
                .get(..most.min(packed.len()))
                .unwrap_or_default()
                .to_vec(),
            DEFLATED => {
                self.0.reset(false);
                let mut head = Vec::with_capacity(most);
                // What is damaged is told where the whole of it is wanted.
                let _ = self
                    .0
                    .decompress_vec(packed, &mut head, FlushDecompress::None);
                head.truncate(most);
                head
            }
            _ => Vec::new(),
        }
    }
}
