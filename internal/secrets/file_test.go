package secrets_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/secrets"
)

// TestResolveFile: a keytab may end in what would be a line end in a text.
func TestResolveFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return "file:" + path
	}
	r := secrets.NewResolver([]string{"file:" + dir + "/*.keytab", "env:*"})
	v, err := r.ResolveFile(write("a.keytab", "\x05\x02keys\r\n"))
	require.NoError(t, err)
	require.Equal(t, "\x05\x02keys\r\n", v.Reveal())
	for ref, kind := range map[string]secrets.Kind{
		write("b.txt", "keys"): secrets.KindNotAllowed, write("c.keytab", ""): secrets.KindNotSet, "env:KEYTAB": secrets.KindUnknownScheme,
		"file:" + dir + "/none.keytab": secrets.KindNotSet, "hunter2": secrets.KindMalformed,
	} {
		_, err := r.ResolveFile(ref)
		var e *secrets.Error
		require.ErrorAs(t, err, &e, ref)
		require.Equal(t, kind, e.Kind, ref)
	}
}
