package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/farm"
)

// FuzzDecode feeds the loader any text: it answers with a rollout that holds what the workflow relies on,
// or with mistakes that all have a place.
func FuzzDecode(f *testing.F) {
	for _, name := range []string{"valid.yaml", "eight-mistakes.yaml"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add(config.Example())
	f.Add([]byte("rollout: &a [*a, *a]\n<<: *a\n? [x]\n: y\n--- !!binary x\n"))
	f.Add([]byte("farms: [{servers: [{roles: [a, {b: c}], winrm: {port: 0x1f}}]}, null, 3]"))
	baseDir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		r, rel, err := config.Decode("rollout.yaml", data, baseDir)
		if err != nil {
			var mistakes *config.Mistakes
			require.ErrorAs(t, err, &mistakes)
			require.NotEmpty(t, mistakes.List)
			for _, m := range mistakes.List {
				require.Positive(t, m.Line, m)
				require.NotEmpty(t, m.Message, m)
				require.NotContains(t, m.Error(), "\n", "one mistake, one line")
			}
			return
		}
		require.NotEmpty(t, r.Farms)
		require.NotEmpty(t, rel.Packages)
		_, asked := r.Gate(farm.GateContinue)
		require.True(t, asked)
		for _, one := range r.Farms {
			require.Len(t, one.WithRole(farm.RoleCentralAdministration), 1)
			require.NotEmpty(t, one.WithRole(farm.RoleFrontEndWeb))
			for _, s := range one.Servers {
				_, known := r.Credential(s.ConnectAs)
				require.True(t, known)
			}
		}
	})
}

// marked stands for a password: whatever is written where one is expected is in no message.
const marked = "Zq7Marked"

// FuzzSecret writes any text where a password is expected, in block and flow style.
func FuzzSecret(f *testing.F) {
	for _, seed := range []string{"@", "'@'", `"@`, "[@]", "&@ x", "*@", "!@ x", "x, @", "| @", "%@", "`@", "env@-", "# @", "? @"} {
		f.Add(seed)
	}
	valid := valid(f, "'env:SP_SETUP_PASSWORD'", "PASSWORD")
	block := strings.Replace(valid, `- {name: setup, user: 'CONTOSO\sp-setup', password: PASSWORD}`, "- name: setup\n    user: 'CONTOSO\\sp-setup'\n    password: PASSWORD", 1)
	f.Fuzz(func(t *testing.T, written string) {
		if strings.ContainsAny(written, "\n\r\u0085\u2028\u2029:}") {
			return // what follows may be a key or an entry of its own, with a name that may be printed
		}
		for _, form := range []string{valid, block} {
			text := strings.Replace(form, "PASSWORD", strings.ReplaceAll(written, "@", marked), 1)
			if _, _, err := config.Decode("rollout.yaml", []byte(text), ""); err != nil {
				require.NotContains(t, err.Error(), marked)
			}
		}
	})
}
