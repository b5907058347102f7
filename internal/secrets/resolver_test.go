package secrets_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/secrets"
)

func TestResolveEnvironment(t *testing.T) {
	t.Setenv("SP_SETUP_PASSWORD", password)
	v, err := secrets.NewResolver([]string{"env:SP_*"}).Resolve("env:SP_SETUP_PASSWORD")
	require.NoError(t, err)
	require.Equal(t, password, v.Reveal())
}

func TestResolveFileTrimsOneLineEnd(t *testing.T) {
	for name, tt := range map[string]struct{ content, want string }{
		"plain":          {password, password},
		"newline":        {password + "\n", password},
		"windows":        {password + "\r\n", password},
		"spaces count":   {password + " \n", password + " "},
		"only one goes":  {password + "\n\n", password + "\n"},
		"inner newlines": {"a\nb\n", "a\nb"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "setup")
			require.NoError(t, os.WriteFile(file, []byte(tt.content), 0o600))
			r := secrets.NewResolver([]string{"file:" + filepath.ToSlash(filepath.Dir(file)) + "/*"})
			v, err := r.Resolve("file:" + filepath.ToSlash(file))
			require.NoError(t, err)
			require.Equal(t, tt.want, v.Reveal())
		})
	}
}

func TestResolveRefuses(t *testing.T) {
	dir := filepath.ToSlash(t.TempDir())
	t.Setenv("SP_EMPTY", "")
	t.Setenv("HOME_PASSWORD", password)
	require.NoError(t, os.WriteFile(dir+"/big", make([]byte, 100<<10), 0o600))
	require.NoError(t, os.Mkdir(dir+"/folder", 0o700))
	r := secrets.NewResolver([]string{"env:SP_*", "file:" + dir + "/*"})
	for _, tt := range []struct {
		ref   string
		kind  secrets.Kind
		names bool // whether the error repeats the reference
	}{
		{"env:HOME_PASSWORD", secrets.KindNotAllowed, true},
		{"file:/etc/shadow", secrets.KindNotAllowed, true},
		{"file:" + dir + "/../x", secrets.KindNotAllowed, true},
		{"file:" + dir + "/sub/x", secrets.KindNotAllowed, true},
		{"env:SP_MISSING", secrets.KindNotSet, true},
		{"env:SP_EMPTY", secrets.KindNotSet, true},
		{"file:" + dir + "/missing", secrets.KindNotSet, true},
		{"file:" + dir + "/big", secrets.KindUnreadable, true},
		{"file:" + dir + "/folder", secrets.KindUnreadable, true},
		{"file:relative", secrets.KindMalformed, true},
		{"env:", secrets.KindMalformed, true},
		{"", secrets.KindMalformed, false},
		{password, secrets.KindMalformed, false},
		{"vault:" + password, secrets.KindUnknownScheme, false},
	} {
		t.Run(tt.ref, func(t *testing.T) {
			v, err := r.Resolve(tt.ref)
			require.True(t, v.IsZero())
			var e *secrets.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, tt.kind, e.Kind)
			if tt.names {
				require.Contains(t, err.Error(), tt.ref)
			} else {
				require.Contains(t, err.Error(), secrets.Redacted)
				require.NotContains(t, err.Error(), password)
			}
		})
	}
}

func TestNothingIsAllowedByDefault(t *testing.T) {
	t.Setenv("SP_SETUP_PASSWORD", password)
	_, err := secrets.NewResolver(nil).Resolve("env:SP_SETUP_PASSWORD")
	var e *secrets.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, secrets.KindNotAllowed, e.Kind)
}

func TestCheckPatternsReportsEveryMistake(t *testing.T) {
	require.NoError(t, secrets.CheckPatterns([]string{"env:SP_*", "file:/run/secrets/*"}))
	err := secrets.CheckPatterns([]string{"env:[", "env:SP_*", "vault:x", "SP_*"})
	require.ErrorContains(t, err, "env:[")
	require.ErrorContains(t, err, "scheme is unknown")
	require.ErrorContains(t, err, "no reference")
}

func FuzzResolve(f *testing.F) {
	f.Add("env:SP_X")
	f.Add("file:/run/secrets/x")
	f.Add("file:/run/secrets/../../etc/passwd")
	f.Add("::")
	f.Fuzz(func(t *testing.T, ref string) {
		// Nothing outside the allowed folder is ever read, and there is no such folder.
		v, err := secrets.NewResolver([]string{"file:/nowhere/at/all/*"}).Resolve(ref)
		require.Error(t, err)
		require.True(t, v.IsZero())
	})
}
