//! The file system of this machine.

use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::fs::{FileExt, FileTypeExt};

use logread::{Error, ErrorKind, FileIdentity, Source};

use crate::arrivals::Arrivals;
use crate::file_system::{Arrived, FileSystem, ReadAt};

/// Paths and patterns, looked up anew each time.
#[derive(Debug)]
pub struct Disk {
    names: Vec<OsString>,
    opener: Opener,
    arrivals: Arrivals,
}

impl Disk {
    /// The files that `names` stand for, but for `output`.
    #[must_use]
    pub fn new(names: Vec<OsString>, output: Option<FileIdentity>) -> Self {
        let opener = Opener { output };
        Disk {
            arrivals: Arrivals::new(names.clone(), opener),
            names,
            opener,
        }
    }

    /// Opens files as soon as they appear, for [`FileSystem::arrived`].
    #[must_use]
    pub fn arrivals(&self) -> Arrivals {
        self.arrivals.clone()
    }
}

/// Opens what can be followed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opener {
    /// The file that is written to, which is not to be read.
    output: Option<FileIdentity>,
}

impl Opener {
    fn identity(&self, metadata: &Metadata) -> Result<FileIdentity, ErrorKind> {
        let kind = metadata.file_type();
        match FileIdentity::of_metadata(metadata) {
            Some(identity) if Some(identity) == self.output => Err(ErrorKind::Output),
            Some(identity) => Ok(identity),
            None if kind.is_dir() => Err(ErrorKind::Directory),
            None if kind.is_fifo() => Err(ErrorKind::Pipe),
            None => Err(ErrorKind::Device),
        }
    }

    fn identify(&self, source: &Source) -> Result<FileIdentity, ErrorKind> {
        let identity = self.identity(&fs::metadata(source.path())?)?;
        if source.is_compressed() {
            return Err(ErrorKind::Compressed);
        }
        Ok(identity)
    }

    /// A pipe is not opened: that would wait for its writer.
    pub(crate) fn open(&self, source: &Source) -> Result<(FileIdentity, File), ErrorKind> {
        self.identify(source)?;
        let file = File::open(source.path())?;
        let identity = self.identity(&file.metadata()?)?;
        Ok((identity, file))
    }
}

impl FileSystem for Disk {
    type Identity = FileIdentity;
    type File = File;

    fn sources(&mut self) -> Vec<Result<Source, Error>> {
        logread::sources(self.names.iter().cloned()).collect()
    }

    fn identify(&mut self, source: &Source) -> Result<FileIdentity, Error> {
        let identified = self.opener.identify(source);
        identified.map_err(|kind| Error::new(source.path(), kind))
    }

    fn open(&mut self, source: &Source) -> Result<(FileIdentity, File), Error> {
        let opened = self.opener.open(source);
        opened.map_err(|kind| Error::new(source.path(), kind))
    }

    fn arrived(&mut self) -> Vec<Arrived<Self>> {
        self.arrivals.take()
    }
}

impl ReadAt for File {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match FileExt::read_at(self, &mut buffer[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    fn size(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }
}
