package windows

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"farmhand/simulator/world"
)

// The content of a file is kept in pieces, each a document of its own, so that a log that grows line by
// line costs its length in the event log and not the square of it.

// pieceSize is the size from which on a piece is not added to.
const pieceSize = 4 << 10

// storedFile is the document of a file: all but its content. A file with content has at least one piece; its
// hash is computed when somebody asks.
type storedFile struct {
	File
	Pieces int
}

func (f *storedFile) pieceKey(server string, i int) string {
	return key(server, "content", f.Path, strconv.Itoa(i))
}

// stat returns a file without its content, or a folder.
func stat(tx *world.Tx, server, path string) (storedFile, bool) {
	path = clean(path)
	if isDrive(path) {
		var d drive
		return storedFile{File: File{Path: path, Folder: true}}, tx.Get(key(server, "drive", path), &d)
	}
	var f storedFile
	ok := tx.Get(key(server, "file", path), &f)
	return f, ok
}

// stored returns everything in a folder, at any depth.
func stored(tx *world.Tx, server, folder string) []storedFile {
	return list[storedFile](tx, key(server, "file", clean(folder))+`\`)
}

// read fills in the content and its hash.
func (f *storedFile) read(tx *world.Tx, server string) {
	if f.Pieces == 0 {
		return
	}
	f.Data = make([]byte, 0, f.Size)
	for i := range f.Pieces {
		var piece []byte
		tx.Get(f.pieceKey(server, i), &piece)
		f.Data = append(f.Data, piece...)
	}
	sum := sha256.Sum256(f.Data)
	f.SHA256 = hex.EncodeToString(sum[:])
}

// append adds to the last piece, or begins a new one.
func (f *storedFile) append(tx *world.Tx, server string, data []byte) {
	var last []byte
	if f.Pieces > 0 {
		tx.Get(f.pieceKey(server, f.Pieces-1), &last)
	}
	if f.Pieces == 0 || len(last) >= pieceSize {
		last = nil
		f.Pieces++
	}
	tx.Put(f.pieceKey(server, f.Pieces-1), append(last, data...))
	f.Size += int64(len(data))
	f.Modified = Clock(tx, server).Truncate(100 * time.Nanosecond) // as exact as NTFS
	tx.Put(key(server, "file", f.Path), f)
}

// remove deletes the documents.
func (f *storedFile) remove(tx *world.Tx, server string) {
	for i := range f.Pieces {
		tx.Delete(f.pieceKey(server, i))
	}
	tx.Delete(key(server, "file", f.Path))
}

// putFile stores a file or folder in the place of any that was there. A file without Data is known by its
// SHA256 and Size, or is empty.
func putFile(tx *world.Tx, server string, f File) {
	f.Path = clean(f.Path)
	if old, ok := stat(tx, server, f.Path); ok {
		old.remove(tx, server)
	}
	modified := f.Modified
	if modified.IsZero() {
		modified = Clock(tx, server).Truncate(time.Second)
	}
	doc := storedFile{File: f}
	if !f.Folder && (f.Data != nil || f.SHA256 == "") {
		doc.Size, doc.SHA256 = 0, ""
		doc.append(tx, server, f.Data)
	}
	doc.Modified = modified
	tx.Put(key(server, "file", f.Path), doc)
}
