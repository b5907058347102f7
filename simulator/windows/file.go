package windows

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"farmhand/simulator/world"
)

// File is a file or a folder.
type File struct {
	// Path is the full path; Windows ignores its case.
	Path   string
	Folder bool
	// Data is the content. A large file has none: only its Size and SHA256 (lower-case hex) are known.
	Data   []byte `json:"-"`
	Size   int64
	SHA256 string
	// Version is the version resource of a program.
	Version string
	// Zone is the ZoneId of a file that was downloaded ("3": Windows asks before it runs), else empty.
	Zone string
	// Signature is the status of its Authenticode signature in PowerShell's words, empty for NotSigned; Signer is the
	// subject of the certificate.
	Signature, Signer string
	// Modified is when it was written; zero means now.
	Modified time.Time
}

// The errors of the file functions.
var (
	// ErrNoFolder: the folder of the path does not exist.
	ErrNoFolder error = pathNotFound
	// ErrDiskFull: the drive has too little free space.
	ErrDiskFull error = diskIsFull
)

// drive is the document of one fixed drive, in bytes.
type drive struct{ Size, Free int64 }

// Drive is one fixed drive.
type Drive struct {
	Name           string // C:
	SizeMB, FreeMB int
}

// Drives returns the fixed drives as they are now.
func Drives(tx *world.Tx, server string) []Drive {
	var all []Drive
	prefix := key(server, "drive") + "/"
	for _, k := range tx.Keys(prefix) {
		var d drive
		tx.Get(k, &d)
		name := strings.ToUpper(strings.TrimPrefix(k, prefix))
		all = append(all, Drive{Name: name, SizeMB: int(d.Size >> 20), FreeMB: int(d.Free >> 20)})
	}
	return all
}

// UseSpace takes bytes of the drive that a path lies on, or gives them back when negative. It returns
// ErrDiskFull, and takes nothing, when there are not enough.
func UseSpace(tx *world.Tx, server, path string, bytes int64) error {
	var d drive
	k := key(server, "drive", path[:min(2, len(path))])
	if !tx.Get(k, &d) {
		return fmt.Errorf("drive of %s: %w", path, ErrNoFolder)
	}
	if bytes > d.Free {
		return ErrDiskFull
	}
	if bytes != 0 {
		d.Free = min(d.Free-bytes, d.Size)
		tx.Put(k, d)
	}
	return nil
}

// clean brings a path to its plain form: backslashes, no trailing or doubled one, no dots.
func clean(p string) string {
	p = strings.ReplaceAll(strings.TrimSpace(p), "/", `\`)
	share := strings.HasPrefix(p, `\\`)
	var out []string
	for i, part := range strings.Split(p, `\`) {
		switch {
		case part == "" && !(share && i < 2), part == ".":
		case part == "..":
			if len(out) > 1 {
				out = out[:len(out)-1]
			}
		default:
			out = append(out, part)
		}
	}
	for len(out) > 1 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return strings.Join(out, `\`)
}

// parent returns the folder of a path; a drive is its own.
func parent(p string) string {
	p = clean(p)
	if i := strings.LastIndexByte(p, '\\'); i > 0 {
		return p[:i]
	}
	return p
}

// base returns the last element of a path.
func base(p string) string {
	p = clean(p)
	return p[strings.LastIndexByte(p, '\\')+1:]
}

// isDrive reports whether the cleaned path is a drive, such as C:.
func isDrive(p string) bool { return len(p) == 2 && p[1] == ':' }

// GetFile returns a file with its content, or a folder.
func GetFile(tx *world.Tx, server, path string) (File, bool) {
	f, ok := stat(tx, server, path)
	f.read(tx, server)
	return f.File, ok
}

// FolderExists reports whether the path is a folder.
func FolderExists(tx *world.Tx, server, path string) bool {
	f, ok := stat(tx, server, path)
	return ok && f.Folder
}

// ReadFile returns the content of a file. A large file known by its hash alone has none.
func ReadFile(tx *world.Tx, server, path string) ([]byte, bool) {
	f, ok := GetFile(tx, server, path)
	return f.Data, ok && !f.Folder
}

// WriteFile writes a file, keeping the version and zone of one that was there. It returns ErrNoFolder or
// ErrDiskFull.
func WriteFile(tx *world.Tx, server, path string, data []byte) error {
	old, _ := stat(tx, server, path)
	f := old.File
	f.Path, f.Data, f.Modified = clean(path), append([]byte{}, data...), time.Time{}
	return PutFile(tx, server, f)
}

// PutFile writes a file with all its attributes; its space comes off the drive. It returns ErrNoFolder or
// ErrDiskFull.
func PutFile(tx *world.Tx, server string, f File) error {
	f.Path = clean(f.Path)
	if !FolderExists(tx, server, parent(f.Path)) || FolderExists(tx, server, f.Path) {
		return ErrNoFolder
	}
	old, _ := stat(tx, server, f.Path)
	size := f.Size
	if f.Data != nil {
		size = int64(len(f.Data))
	}
	if err := UseSpace(tx, server, f.Path, size-old.Size); err != nil {
		return err
	}
	putFile(tx, server, f)
	return nil
}

// AppendFile adds to the end of a file and makes it where it is missing. It returns ErrNoFolder or
// ErrDiskFull.
func AppendFile(tx *world.Tx, server, path string, data []byte) error {
	f, ok := stat(tx, server, path)
	if !ok || f.Folder || f.Pieces == 0 {
		return WriteFile(tx, server, path, data)
	}
	if err := UseSpace(tx, server, path, int64(len(data))); err != nil {
		return err
	}
	f.append(tx, server, data)
	return nil
}

// MakeFolder makes a folder and those above it. It returns ErrNoFolder when there is no such drive.
func MakeFolder(tx *world.Tx, server, path string) error {
	path = clean(path)
	if FolderExists(tx, server, path) {
		return nil
	}
	if isDrive(path) || !strings.Contains(path, `\`) {
		return ErrNoFolder
	}
	if err := MakeFolder(tx, server, parent(path)); err != nil {
		return err
	}
	putFile(tx, server, File{Path: path, Folder: true})
	return nil
}

// RemoveFile removes a file, or a folder with everything in it, and reports whether there was one.
func RemoveFile(tx *world.Tx, server, path string) bool {
	f, ok := stat(tx, server, path)
	if !ok || isDrive(f.Path) {
		return false
	}
	for _, c := range append(stored(tx, server, path), f) {
		_ = UseSpace(tx, server, c.Path, -c.Size) // giving back cannot fail: the file was on the drive
		c.remove(tx, server)
	}
	return true
}

// Files returns what lies directly in a folder, by name and without content.
func Files(tx *world.Tx, server, folder string) []File {
	return slices.DeleteFunc(below(tx, server, folder), func(f File) bool {
		return !strings.EqualFold(parent(f.Path), clean(folder))
	})
}

// below returns everything in a folder, at any depth, without content.
func below(tx *world.Tx, server, folder string) []File {
	var all []File
	for _, f := range stored(tx, server, folder) {
		all = append(all, f.File)
	}
	return all
}

// seedFolder makes a folder of a server that is being made, whether or not its drive is known.
func seedFolder(tx *world.Tx, server, path string) {
	path = clean(path)
	if path == "" || isDrive(path) || FolderExists(tx, server, path) {
		return
	}
	seedFolder(tx, server, parent(path))
	putFile(tx, server, File{Path: path, Folder: true})
}
