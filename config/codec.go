package config

import "strings"

// CodecSettings say what payloads in Temporal are encrypted with. Worker and starter need the same keys.
type CodecSettings struct {
	// Keys: the first encrypts, all of them decrypt. Empty: nothing is encrypted.
	Keys []CodecKey `mapstructure:"keys"`
}

// CodecKey is one key.
type CodecKey struct {
	// ID is written into each payload that was encrypted with the key.
	ID string `mapstructure:"id"`
	// Key refers to 32 random bytes in base64 (env:NAME or file:/path).
	Key string `mapstructure:"key"`
}

// CodecKeysText writes keys as the variable FARMHAND_CODEC_KEYS has them.
func CodecKeysText(keys []CodecKey) string {
	parts := make([]string, len(keys))
	for i, k := range keys {
		parts[i] = k.ID + "=" + k.Key
	}
	return strings.Join(parts, ",")
}

// parseCodecKeys reads what CodecKeysText writes, as plain values for viper.
func parseCodecKeys(text string) (keys []any, ok bool) {
	for part := range strings.SplitSeq(text, ",") {
		id, reference, found := strings.Cut(strings.TrimSpace(part), "=")
		if !found {
			return nil, false
		}
		keys = append(keys, map[string]any{"id": id, "key": reference})
	}
	return keys, true
}

// checkCodec asks whether the keys can be told apart and are references. A key written here by mistake is not repeated.
func (n *notes) checkCodec(s CodecSettings) {
	seen := map[string]bool{}
	for i, k := range s.Keys {
		at := element("codec.keys", i)
		switch {
		case k.ID == "":
			n.wrong(child(at, "id"), "missing; it names the key in each payload, so that it is found again: a date does, like 2026-11")
		case seen[k.ID]:
			n.wrong(child(at, "id"), "the id is there twice; a new key needs an id of its own, or what the old one encrypted is lost")
		case !nameForm.MatchString(k.ID): // it may be a key in the wrong place: do not repeat it
			n.wrong(child(at, "id"), "want letters, digits, dot, dash and underscore, at most 63, with a letter or digit first and no dot last")
		}
		seen[k.ID] = true
		switch {
		case k.Key == "":
			n.wrong(child(at, "key"), "missing; want a reference to 32 random bytes in base64, like env:FARMHAND_CODEC_KEY")
		case !isReference(k.Key):
			n.wrong(child(at, "key"), "want a reference such as env:FARMHAND_CODEC_KEY or file:/run/secrets/codec, never the key itself; "+
				"if the file was shared with a real one in it, replace that key")
		}
	}
}
