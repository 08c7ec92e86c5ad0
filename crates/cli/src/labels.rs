//! The labels that samples of a log command carry: the file that a thread works on, and its stage.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use dtail_profiling::Labels;

thread_local! {
    static OF_THREAD: RefCell<FileLabels> = RefCell::default();
}

/// The labels of the calling thread's file, and those of the stages that it has been in with it, so that
/// a change of stage looks nothing up.
#[derive(Debug, Default)]
struct FileLabels {
    path: PathBuf,
    file: Labels,
    stages: Vec<(&'static str, Labels)>,
}

impl FileLabels {
    fn file(&mut self, path: &Path) -> Labels {
        if self.path != path {
            let file = Labels::none().with(&[("file", &path.to_string_lossy())]);
            *self = FileLabels {
                path: path.to_owned(),
                file,
                stages: Vec::new(),
            };
        }
        self.file
    }

    fn stage(&mut self, stage: &'static str) -> Labels {
        if let Some((_, labels)) = self.stages.iter().find(|(known, _)| *known == stage) {
            return *labels;
        }
        let labels = self.file.with(&[("stage", stage)]);
        self.stages.push((stage, labels));
        labels
    }
}

/// From now on the samples of the calling thread carry this file as `file`, and no stage.
pub fn label_file(path: &Path) {
    OF_THREAD.with_borrow_mut(|labels| labels.file(path)).set();
}

/// From now on the samples of the calling thread carry this stage as `stage`, besides its file.
pub fn label_stage(stage: &'static str) {
    OF_THREAD
        .with_borrow_mut(|labels| labels.stage(stage))
        .set();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_goes_with_its_file() {
        let labels = |file, stage| Labels::none().with(&[("file", file), ("stage", stage)]);
        label_file(Path::new("a.log"));
        label_stage("read");
        assert_eq!(Labels::current(), labels("a.log", "read"));
        label_stage("search");
        label_stage("read");
        assert_eq!(Labels::current(), labels("a.log", "read"));
        label_file(Path::new("b.log"));
        assert_eq!(Labels::current(), Labels::none().with(&[("file", "b.log")]));
        label_stage("read");
        assert_eq!(Labels::current(), labels("b.log", "read"));
    }
}
