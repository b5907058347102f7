package codec_test

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"farmhand/config"
	"farmhand/internal/codec"
	"farmhand/internal/secrets"
)

// text is a new key as an operator keeps it.
func text() string {
	raw := make([]byte, codec.KeySize)
	_, _ = rand.Read(raw)
	return base64.StdEncoding.EncodeToString(raw)
}

// key is a new key with an id.
func key(id string) codec.Key { return codec.Key{ID: id, Secret: secrets.New(text())} }

func open(t require.TestingT, keys ...codec.Key) *codec.Codec {
	c, err := codec.New(keys)
	require.NoError(t, err)
	return c
}

// payload is what a data converter makes of a text.
func payload(t require.TestingT, value string) *commonpb.Payload {
	p, err := converter.GetDefaultDataConverter().ToPayload(value)
	require.NoError(t, err)
	return p
}

func encode(t require.TestingT, c *codec.Codec, p ...*commonpb.Payload) []*commonpb.Payload {
	out, err := c.Encode(p)
	require.NoError(t, err)
	return out
}

func TestWhatIsEncodedComesBack(t *testing.T) {
	c := open(t, key("a"))
	rapid.Check(t, func(t *rapid.T) {
		var plain []*commonpb.Payload
		for range rapid.IntRange(0, 3).Draw(t, "payloads") {
			plain = append(plain, &commonpb.Payload{
				Metadata: rapid.MapOf(rapid.String(), rapid.SliceOf(rapid.Byte())).Draw(t, "metadata"),
				Data:     rapid.SliceOf(rapid.Byte()).Draw(t, "data"),
			})
		}
		secret := encode(t, c, plain...)
		got, err := c.Decode(secret)
		require.NoError(t, err)
		require.Len(t, got, len(plain))
		for i := range plain {
			require.True(t, proto.Equal(plain[i], got[i]))
		}
	})
}

func TestNothingOfItIsLegible(t *testing.T) {
	c := open(t, key("a"))
	plain := payload(t, `CONTOSO\sp-setup on SQL01`)
	one, other := encode(t, c, plain)[0], encode(t, c, plain)[0]
	require.NotContains(t, string(one.GetData()), "SQL01")
	require.NotContains(t, string(one.GetData()), "json/plain", "the encoding within is encrypted, too")
	require.NotEqual(t, one.GetData(), other.GetData(), "equal payloads do not look equal")
	require.Equal(t, map[string][]byte{"encoding": []byte("binary/encrypted"), "encryption-key-id": []byte("a")}, one.GetMetadata())
}

func TestKeysRotate(t *testing.T) {
	old, next := key("2026-05"), key("2026-11")
	before := encode(t, open(t, old), payload(t, "x"))
	both := open(t, next, old)
	got, err := both.Decode(before)
	require.NoError(t, err)
	require.True(t, proto.Equal(payload(t, "x"), got[0]))
	after := encode(t, both, payload(t, "x"))
	require.Equal(t, "2026-11", string(after[0].GetMetadata()[codec.MetadataKeyID]))

	_, err = open(t, next).Decode(before)
	missing, ok := errors.AsType[*codec.MissingKeyError](err)
	require.True(t, ok, err)
	require.Equal(t, &codec.MissingKeyError{ID: "2026-05", Have: []string{"2026-11"}}, missing)
	require.ErrorContains(t, err, `"2026-05"`)
	require.ErrorContains(t, err, "codec.keys")
}

func TestWhatWasWrittenInClearPasses(t *testing.T) {
	plain := []*commonpb.Payload{payload(t, "x"), {}}
	got, err := open(t, key("a")).Decode(plain)
	require.NoError(t, err)
	require.Equal(t, plain, got)
}

// TestWithoutKeys: nothing is encrypted, and what is encrypted is not taken for damaged.
func TestWithoutKeys(t *testing.T) {
	none := open(t)
	require.False(t, none.Encrypts())
	plain := []*commonpb.Payload{payload(t, "x")}
	require.Equal(t, plain, encode(t, none, plain...))
	_, err := none.Decode(encode(t, open(t, key("a")), plain...))
	require.ErrorContains(t, err, `encrypted with key "a", and this process has none`)
}

// TestNothingCanBeChanged: not a bit of the ciphertext, nor the key's id, even where two ids have one key.
func TestNothingCanBeChanged(t *testing.T) {
	a := key("a")
	c := open(t, a, codec.Key{ID: "b", Secret: a.Secret})
	refused := func(t require.TestingT, p *commonpb.Payload) {
		_, err := c.Decode([]*commonpb.Payload{p})
		_, ok := errors.AsType[*codec.PayloadError](err)
		require.True(t, ok, fmt.Sprint(err))
	}
	renamed := encode(t, c, payload(t, "x"))[0]
	renamed.Metadata[codec.MetadataKeyID] = []byte("b")
	refused(t, renamed)
	rapid.Check(t, func(t *rapid.T) {
		p := encode(t, c, payload(t, "some text"))[0]
		i := rapid.IntRange(0, len(p.Data)-1).Draw(t, "byte")
		p.Data[i] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		refused(t, p)
	})
	refused(t, &commonpb.Payload{Metadata: renamed.Metadata})
}

func TestAWorkerInsists(t *testing.T) {
	c := open(t, key("a")).Insisting()
	p := encode(t, open(t, key("b")), payload(t, "x"))
	require.PanicsWithError(t, (&codec.MissingKeyError{ID: "b", Have: []string{"a"}}).Error(), func() { _, _ = c.Decode(p) })
	again, err := c.Encode([]*commonpb.Payload{payload(t, "x")})
	require.NoError(t, err)
	got, err := c.Decode(again)
	require.NoError(t, err)
	require.True(t, proto.Equal(payload(t, "x"), got[0]))
}

// TestKeysThatAreNoGood: every one is named, none is shown.
func TestKeysThatAreNoGood(t *testing.T) {
	t.Setenv("SP_GOOD", text())
	t.Setenv("SP_SHORT", base64.StdEncoding.EncodeToString([]byte("hunter2hunter2hunter2")))
	t.Setenv("SP_TEXT", "hunter2 hunter2 hunter2 hunter2!")
	load := func(keys ...config.CodecKey) (*codec.Codec, error) {
		return codec.Load(config.CodecSettings{Keys: keys}, secrets.NewResolver([]string{"env:SP_*"}))
	}
	_, err := load(config.CodecKey{ID: "good", Key: "env:SP_GOOD"}, config.CodecKey{ID: "short", Key: "env:SP_SHORT"},
		config.CodecKey{ID: "text", Key: "env:SP_TEXT"}, config.CodecKey{ID: "hidden", Key: "env:PATH"}, config.CodecKey{ID: "good", Key: "env:SP_GOOD"})
	for _, want := range []string{"codec key short: want 32 bytes in base64", "codec key text: want 32 bytes", "codec key hidden: secret env:PATH", "codec key good: the id is given twice"} {
		require.ErrorContains(t, err, want)
	}
	require.NotContains(t, err.Error(), "hunter2")
	require.NotContains(t, err.Error(), base64.StdEncoding.EncodeToString([]byte("hunter2"))[:8])

	c, err := load(config.CodecKey{ID: "good", Key: "env:SP_GOOD"})
	require.NoError(t, err)
	require.True(t, c.Encrypts())
}

// FuzzDecode: whatever the server hands out, Decode answers or refuses.
func FuzzDecode(f *testing.F) {
	c := open(f, key("a"))
	good := encode(f, c, payload(f, "x"))[0]
	f.Add(string(good.GetMetadata()["encoding"]), "a", good.GetData())
	f.Add("binary/encrypted", "b", []byte{})
	f.Add("json/plain", "", []byte(`"x"`))
	f.Fuzz(func(t *testing.T, encoding, id string, data []byte) {
		p := &commonpb.Payload{Metadata: map[string][]byte{"encoding": []byte(encoding), codec.MetadataKeyID: []byte(id)}, Data: data}
		got, err := c.Decode([]*commonpb.Payload{p})
		require.True(t, err != nil || len(got) == 1)
	})
}
