package windows

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/scripts"
	"farmhand/simulator/world"
)

// freeSpace returns the free bytes of D:.
func freeSpace(tx *world.Tx) int64 {
	var d drive
	tx.Get(key("APP01", "drive", "D:"), &d)
	return d.Free
}

// Whatever is written, appended, renamed and removed, files read back as a map of strings would, and the
// drive has as much less free space as the files are long.
func TestFilesBehaveAsAMap(t *testing.T) {
	c := newConsole(t, server2008("APP01"))
	w := c.machine.world
	rapid.Check(t, func(t *rapid.T) {
		require.NoError(t, w.Update(func(tx *world.Tx) error {
			RemoveFile(tx, "APP01", `D:\work`)
			return MakeFolder(tx, "APP01", `D:\Work`)
		}))
		var free int64
		w.View(func(tx *world.Tx) { free = freeSpace(tx) })
		model := map[string]string{}
		name := rapid.SampledFrom([]string{`D:\work\a.log`, `D:\work\b.log`, `D:\work\sub\c.log`})
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			path := name.Draw(t, "path")
			text := strings.Repeat(rapid.SampledFrom([]string{"", "x", "line\r\n"}).Draw(t, "text"), rapid.SampledFrom([]int{1, 1000}).Draw(t, "times"))
			inFolder := !strings.Contains(path, `\sub\`)
			require.NoError(t, w.Update(func(tx *world.Tx) error {
				var err error
				switch rapid.IntRange(0, 3).Draw(t, "operation") {
				case 0:
					if err = WriteFile(tx, "APP01", path, []byte(text)); inFolder {
						model[path] = text
					}
				case 1, 2:
					if err = AppendFile(tx, "APP01", strings.ToUpper(path), []byte(text)); inFolder {
						model[path] += text
					}
				case 3:
					_, there := model[path]
					require.Equal(t, there, RemoveFile(tx, "APP01", path))
					delete(model, path)
				}
				if !inFolder && err != nil {
					require.ErrorIs(t, err, ErrNoFolder)
					return nil
				}
				return err
			}))
		}
		w.View(func(tx *world.Tx) {
			total := int64(0)
			for path, want := range model {
				f, ok := GetFile(tx, "APP01", path)
				require.True(t, ok)
				require.Equal(t, want, string(f.Data))
				require.Equal(t, int64(len(want)), f.Size)
				require.Equal(t, scripts.Hash(want), f.SHA256)
				total += f.Size
			}
			require.Len(t, Files(tx, "APP01", `d:\WORK`), len(model))
			require.Equal(t, free-total, freeSpace(tx))
			require.Len(t, tx.Keys(key("APP01", "content", `D:\work`)+`\`), pieces(tx))
		})
	})
}

// pieces counts the pieces that the files of the folder say they have.
func pieces(tx *world.Tx) int {
	n := 0
	for _, f := range stored(tx, "APP01", `D:\work`) {
		n += f.Pieces
	}
	return n
}

func TestRenamedFolderKeepsItsFiles(t *testing.T) {
	c := newConsole(t, server2008("APP01"))
	stdout, stderr, exit := c.run(`ren D:\farmhand moved && type D:\moved\note.txt && dir /b D:\farmhand`, "")
	require.Equal(t, "one\ntwo\n", stdout)
	require.Equal(t, "File Not Found\n", stderr)
	require.Equal(t, 1, exit)
}

func TestDiskFullStopsWriting(t *testing.T) {
	c := newConsole(t, server2008("APP01"))
	require.NoError(t, c.machine.world.Update(func(tx *world.Tx) error {
		require.NoError(t, UseSpace(tx, "APP01", `D:\`, freeSpace(tx)-3))
		require.NoError(t, WriteFile(tx, "APP01", `D:\x`, []byte("abc")))
		require.ErrorIs(t, AppendFile(tx, "APP01", `D:\x`, []byte("d")), ErrDiskFull)
		require.ErrorIs(t, UseSpace(tx, "APP01", `Z:\`, 0), ErrNoFolder)
		return nil
	}))
	_, stderr, exit := c.run(`echo a>D:\y`, "")
	require.Equal(t, "There is not enough space on the disk.\n", stderr)
	require.Equal(t, 1, exit)
}
