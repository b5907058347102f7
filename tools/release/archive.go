package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path"
	"slices"
	"time"
)

// entry is one file of an archive: a file on the disk, or a text made here.
type entry struct {
	name       string // below the archive's folder, with slashes
	path       string // of the file
	body       []byte // in place of a file
	executable bool
}

// open reads what the entry holds.
func (e entry) open() (io.ReadCloser, int64, error) {
	if e.path == "" {
		return io.NopCloser(bytes.NewReader(e.body)), int64(len(e.body)), nil
	}
	f, err := os.Open(e.path)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

// mode is that of every file of its kind, whoever made it and under whichever umask.
func (e entry) mode() int64 {
	if e.executable {
		return 0o755
	}
	return 0o644
}

// packer writes one format.
type packer interface {
	add(e entry, name string, size int64, at time.Time) (io.Writer, error)
	Close() error
}

// pack writes entries, all below one folder, into an archive. The same entries give the same bytes: sorted, all of one date and
// of nobody. Its name ends in .zip or .tar.gz.
func pack(to, folder string, entries []entry, at time.Time) (err error) {
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	var p packer
	if path.Ext(to) == ".zip" {
		p = zipped{zip.NewWriter(out)}
	} else {
		z, _ := gzip.NewWriterLevel(out, gzip.BestCompression) // the level is one that exists
		p = tarred{tar.NewWriter(z), z}
	}
	entries = slices.SortedFunc(slices.Values(entries), func(a, b entry) int { return cmp.Compare(a.name, b.name) })
	for _, e := range entries {
		if err := write(p, e, path.Join(folder, e.name), at); err != nil {
			return errors.Join(err, p.Close())
		}
	}
	return p.Close()
}

func write(p packer, e entry, name string, at time.Time) error {
	in, size, err := e.open()
	if err != nil {
		return err
	}
	defer in.Close()
	w, err := p.add(e, name, size, at)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, in)
	return err
}

// tarred is a .tar.gz.
type tarred struct {
	*tar.Writer
	gzip *gzip.Writer
}

func (t tarred) add(e entry, name string, size int64, at time.Time) (io.Writer, error) {
	return t, t.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: e.mode(), ModTime: at, Format: tar.FormatUSTAR})
}

// Close ends both formats.
func (t tarred) Close() error { return errors.Join(t.Writer.Close(), t.gzip.Close()) }

// zipped is a .zip.
type zipped struct{ *zip.Writer }

func (z zipped) add(e entry, name string, _ int64, at time.Time) (io.Writer, error) {
	h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at}
	h.SetMode(os.FileMode(e.mode()))
	return z.CreateHeader(h)
}
