package rehearsals

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzExpected: an expected.yaml is complete, or refused with the name of the file.
func FuzzExpected(f *testing.F) {
	files, err := filepath.Glob("../../simulator/testdata/*/expected.yaml")
	require.NoError(f, err)
	require.NotEmpty(f, files)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add([]byte("what: x\noutcome: completed\njournal: {contains: ['(']}\n"))
	f.Add([]byte("answers: [{gate: a, step: b, times: -1}]\nfindings: [{severity: bad}]\n"))
	path := filepath.Join(f.TempDir(), "expected.yaml")
	f.Fuzz(func(t *testing.T, data []byte) {
		require.NoError(t, os.WriteFile(path, data, 0o600))
		e, err := LoadExpected(path)
		if err != nil {
			require.ErrorContains(t, err, path)
			return
		}
		require.NotEmpty(t, e.What)
		require.NotEmpty(t, e.Outcome)
		for _, a := range e.Answers {
			require.NotEmpty(t, a.Choice)
			require.Positive(t, a.Times)
		}
	})
}
