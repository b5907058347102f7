package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// TestPackIsOfTheContentAlone: neither the order, nor dates and modes of files, nor the umask change a byte.
func TestPackIsOfTheContentAlone(t *testing.T) {
	for _, name := range []string{"a.tar.gz", "a.zip"} {
		t.Run(name, func(t *testing.T) {
			entries := func(mode os.FileMode, at time.Time) []entry {
				path := filepath.Join(t.TempDir(), "program")
				require.NoError(t, os.WriteFile(path, []byte("bits"), mode))
				require.NoError(t, os.Chtimes(path, at, at))
				return []entry{{name: "worker", path: path, executable: true}, {name: "docs/a.md", body: []byte("text")}, {name: "LICENSE", body: []byte("MIT")}}
			}
			one, two := filepath.Join(t.TempDir(), name), filepath.Join(t.TempDir(), name)
			reversed := entries(0o755, noon)
			slices.Reverse(reversed)
			require.NoError(t, pack(one, "farmhand-1", entries(0o600, time.Unix(1, 0)), noon))
			require.NoError(t, pack(two, "farmhand-1", reversed, noon))
			require.Equal(t, bytesOf(t, one), bytesOf(t, two))

			want := []string{"-rw-r--r-- farmhand-1/LICENSE MIT", "-rw-r--r-- farmhand-1/docs/a.md text", "-rwxr-xr-x farmhand-1/worker bits"}
			require.Equal(t, want, contents(t, one))
		})
	}
}

func TestPackSaysWhatIsMissing(t *testing.T) {
	err := pack(filepath.Join(t.TempDir(), "a.tar.gz"), "f", []entry{{name: "worker", path: "nowhere"}}, noon)
	require.ErrorContains(t, err, "nowhere")
}

func bytesOf(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return b
}

// contents are mode, name and text of each file of an archive; all have to be dated at noon, UTC.
func contents(t *testing.T, path string) (out []string) {
	t.Helper()
	if filepath.Ext(path) == ".zip" {
		z, err := zip.OpenReader(path)
		require.NoError(t, err)
		defer z.Close()
		for _, f := range z.File {
			r, err := f.Open()
			require.NoError(t, err)
			text, err := io.ReadAll(r)
			require.NoError(t, err)
			require.True(t, f.Modified.Equal(noon), f.Modified)
			out = append(out, f.Mode().String()+" "+f.Name+" "+string(text))
		}
		return out
	}
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	g, err := gzip.NewReader(f)
	require.NoError(t, err)
	require.True(t, g.ModTime.IsZero())
	for r := tar.NewReader(g); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		require.NoError(t, err)
		text, err := io.ReadAll(r)
		require.NoError(t, err)
		require.True(t, h.ModTime.Equal(noon), h.ModTime)
		require.Empty(t, h.Uname+h.Gname)
		require.Zero(t, h.Uid+h.Gid)
		out = append(out, h.FileInfo().Mode().String()+" "+h.Name+" "+string(text))
	}
}
