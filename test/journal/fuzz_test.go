package journal_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/test/journal"
)

// FuzzRead: a journal is one event a line, whatever was cut off at its end, or refused with the line.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"seq":1,"host":"APP01","protocol":"job","event":"started","text":"\"D:\\x\\psconfig.exe\" -cmd upgrade","exit":0}` + "\n" + `{"seq":2,"event":"ex`))
	f.Add([]byte("\n"))
	f.Add([]byte(`[]` + "\n" + `null` + "\n"))
	path := filepath.Join(f.TempDir(), "journal.jsonl")
	f.Fuzz(func(t *testing.T, data []byte) {
		require.NoError(t, os.WriteFile(path, data, 0o600))
		events, err := journal.Read(path)
		if err != nil {
			require.Regexp(t, `journal\.jsonl:\d+: `, err.Error())
			return
		}
		require.Len(t, events, bytes.Count(data, []byte("\n")))
		for _, e := range events {
			_ = e.Program()
		}
	})
}
