package windows

import (
	"slices"
	"strings"

	"farmhand/simulator/world"
)

// RegistryValue is one value of the registry.
type RegistryValue struct {
	// Key is the full key, such as HKLM\SOFTWARE\Microsoft\...; HKEY_LOCAL_MACHINE is understood too.
	Key string
	// Name of the value; empty is the key's default value.
	Name string
	// Type is REG_SZ, REG_DWORD (Data as 0x1), REG_MULTI_SZ (Data with \0 between), …; empty means REG_SZ.
	Type string
	Data string
}

// registryKey is the document of one key: its name as first spelled and its values in order.
type registryKey struct {
	Key    string
	Values []RegistryValue
}

// longHive spells the hive as reg.exe prints it.
func longHive(k string) string {
	hive, rest, _ := strings.Cut(strings.Trim(k, `\`), `\`)
	switch strings.ToUpper(hive) {
	case "HKLM":
		hive = "HKEY_LOCAL_MACHINE"
	case "HKCU":
		hive = "HKEY_CURRENT_USER"
	case "HKCR":
		hive = "HKEY_CLASSES_ROOT"
	case "HKU":
		hive = "HKEY_USERS"
	default:
		hive = strings.ToUpper(hive)
	}
	if rest == "" {
		return hive
	}
	return hive + `\` + rest
}

func getKey(tx *world.Tx, server, k string) (registryKey, bool) {
	var doc registryKey
	ok := tx.Get(key(server, "registry", longHive(k)), &doc)
	return doc, ok
}

// RegistryGet returns one value.
func RegistryGet(tx *world.Tx, server, k, name string) (RegistryValue, bool) {
	doc, _ := getKey(tx, server, k)
	i := slices.IndexFunc(doc.Values, func(v RegistryValue) bool { return strings.EqualFold(v.Name, name) })
	if i < 0 {
		return RegistryValue{}, false
	}
	return doc.Values[i], true
}

// RegistrySet writes a value, and its key where it is missing.
func RegistrySet(tx *world.Tx, server string, v RegistryValue) {
	v.Key = longHive(v.Key)
	if v.Type == "" {
		v.Type = "REG_SZ"
	}
	doc, ok := getKey(tx, server, v.Key)
	if !ok {
		doc.Key = v.Key
	}
	v.Key = doc.Key
	i := slices.IndexFunc(doc.Values, func(old RegistryValue) bool { return strings.EqualFold(old.Name, v.Name) })
	if i < 0 {
		doc.Values = append(doc.Values, v)
	} else {
		doc.Values[i] = v
	}
	tx.Put(key(server, "registry", v.Key), doc)
}

// RegistryKeys returns the names of the keys below a key, at any depth, in order.
func RegistryKeys(tx *world.Tx, server, k string) []string {
	var out []string
	for _, doc := range tx.Keys(key(server, "registry", longHive(k)) + `\`) {
		var r registryKey
		tx.Get(doc, &r)
		out = append(out, r.Key)
	}
	return out
}
