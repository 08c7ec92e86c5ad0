//! Opens log files, globs and standard input, decompresses them and cuts them into blocks of whole lines.
