package config

import (
	"os"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// TestManualNamesEveryKey: the examples are the manuals, so that no key may be missing in them.
func TestManualNamesEveryKey(t *testing.T) {
	for file, typ := range map[string]reflect.Type{
		"examples/contoso.yaml":               reflect.TypeFor[farm.Rollout](),
		"examples/farmhand.yaml":              reflect.TypeFor[Settings](),
		"releases/infrastructure-update.yaml": reflect.TypeFor[farm.Release](),
	} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, key := range keysOf("", typ) {
			_, name := splitKey(key)
			require.Regexp(t, `(?m)[\s{]`+name+`:`, "\n"+string(text), "%s: %s", file, key)
		}
	}
}

// TestEverySettingHasADefault: viper brings the environment only to keys it knows.
func TestEverySettingHasADefault(t *testing.T) {
	keys := settingsOf("", reflect.TypeFor[Settings]())
	require.Len(t, settingDefaults, len(keys))
	for _, key := range keys {
		require.Contains(t, settingDefaults, key)
	}
}

// TestEveryFieldHasAKey: a field without a tag could not be set from a file.
func TestEveryFieldHasAKey(t *testing.T) {
	for _, typ := range []reflect.Type{reflect.TypeFor[farm.Rollout](), reflect.TypeFor[farm.Release](), reflect.TypeFor[Settings]()} {
		for _, key := range keysOf("", typ) {
			_, name := splitKey(key)
			require.NotEmpty(t, name, key)
		}
	}
}

// keysOf lists the keys of all values that a type holds, lists by the key of their members.
func keysOf(key string, t reflect.Type) []string {
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || isVersion(t) {
		return []string{key}
	}
	var out []string
	for _, f := range fieldsOf(t) {
		out = append(out, keysOf(child(key, f.name), f.typ)...)
	}
	return out
}

// settingsOf lists the keys that have a default and a variable: a list is one of them, whatever its members are.
func settingsOf(key string, t reflect.Type) []string {
	if t.Kind() != reflect.Struct {
		return []string{key}
	}
	var out []string
	for _, f := range fieldsOf(t) {
		out = append(out, settingsOf(child(key, f.name), f.typ)...)
	}
	return out
}

// splitKey parts a key before its last name.
func splitKey(key string) (before, name string) {
	before = parent(key)
	return before, key[len(before)+min(1, len(before)):]
}

func TestKeys(t *testing.T) {
	require.Equal(t, "farms[0].servers[2].winrm.port", child(child(element(child(element("farms", 0), "servers"), 2), "winrm"), "port"))
	require.Equal(t, "farms[0].servers", parent("farms[0].servers[2]"))
	require.Equal(t, "farms", parent("farms[0]"))
	require.Empty(t, parent("farms"))
}

func TestNearest(t *testing.T) {
	known := []string{"requested_by", "release", "rollout", "roles"}
	for got, want := range map[string]string{
		"requested-by": "requested_by", "relase": "release", "role": "roles", "Rollout": "rollout", "zebra": "", "": "",
	} {
		require.Equal(t, want, nearest(got, known), got)
	}
	require.Equal(t, 3, distance("kitten", "sitting"))
}

func TestWindowsAccount(t *testing.T) {
	for user, want := range map[string]bool{
		`CONTOSO\sp-setup`: true, `.\admin`: true, "sp-setup@contoso.local": true,
		"sp-setup": false, `CONTOSO\`: false, `\sp`: false, "@contoso": false, "sp@": false, `A\B\C`: false, "": false,
	} {
		require.Equal(t, want, isWindowsAccount(user), user)
	}
}
