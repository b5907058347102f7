package rehearsal

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzState: what lies in a state directory is read as it was written, or refused with the name of the file.
func FuzzState(f *testing.F) {
	f.Add([]byte(`{"a":40,"b":1,"port":20000}`), []byte(`{"rollout":{"rollout":"x"},"release":{}}`))
	f.Add([]byte(`{"a":999,"b":-1,"port":70000}`), []byte(`[]`))
	f.Add([]byte(``), []byte(`{"rollout":{"farms":[{"servers":null}]}}`))
	f.Fuzz(func(t *testing.T, where, what []byte) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, placeFile), where, 0o600))
		require.NoError(t, os.WriteFile(InputFile(dir), what, 0o600))
		p, err := readPlace(dir)
		if err != nil {
			require.ErrorContains(t, err, placeFile)
			require.Zero(t, p)
		} else {
			require.NoError(t, p.check(dir))
		}
		in, err := ReadInput(InputFile(dir))
		if err != nil {
			require.ErrorContains(t, err, inputFile)
			return
		}
		_, err = json.Marshal(in)
		require.NoError(t, err)
	})
}
