package tds

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func FuzzReadMessage(f *testing.F) {
	f.Add([]byte{1, 0, 0, 9, 0, 0, 1, 0, 'a', 1, 1, 0, 9, 0, 0, 2, 0, 'b'})
	f.Add([]byte{1, 1, 0, 7, 0, 0, 1, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := readMessage(bytes.NewReader(data), 1<<16)
		if err == nil {
			require.LessOrEqual(t, len(m.data)+headerSize, len(data))
		}
	})
}

func FuzzPrelogin(f *testing.F) {
	f.Add(preloginReply(parseProductVersion("9.00.4060.00"), encryptOn))
	f.Add([]byte{1, 0, 6, 0, 1, 0xFF, 9})
	f.Fuzz(func(t *testing.T, data []byte) {
		if encryption, err := parsePrelogin(data); err == nil {
			require.LessOrEqual(t, encryption, byte(encryptRequired))
		}
	})
}

func FuzzLogin(f *testing.F) {
	f.Add(make([]byte, 94))
	f.Add(append(append(make([]byte, 7), 0x74), make([]byte, 90)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := parseLogin(data)
		if err == nil {
			require.GreaterOrEqual(t, dialectOf(l.version), dialect71)
			require.LessOrEqual(t, len(l.sspi), len(data))
		}
	})
}

func FuzzRPC(f *testing.F) {
	statement := []byte{4, 0, 0, 0, 0xFF, 0xFF, 10, 0, 0, 0, 0, 0, typeNVarChar, 8, 0, 9, 4, 0xD0, 0, 0x34, 4, 0, 'g', 0, 'o', 0}
	f.Add(statement)
	f.Add(append(statement, 0, 0, typeIntN, 4, 4, 1, 0, 0, 0, 1, '@', 0, 0, typeDateTime2N, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0))
	f.Add([]byte{4, 0, 0, 0, 0xFF, 0xFF, 10, 0, 0, 0, 0, 0, typeVarBinary, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF})
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, d := range []dialect{dialect71, dialect72} {
			if _, params, err := parseRPC(data, d); err == nil {
				for _, p := range params {
					switch p.Value.(type) {
					case nil, int64, bool, float64, string, []byte, time.Time:
					default:
						t.Fatalf("parameter of type %T", p.Value)
					}
				}
			}
		}
	})
}

func TestPacketsCutAndJoinAnyMessage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(rapid.SliceOfN(rapid.Byte(), 0, 2000)).Draw(t, "parts")
		size := rapid.IntRange(minPacketSize, 2048).Draw(t, "size")
		var wire bytes.Buffer
		p := &packetWriter{w: &wire, kind: packetReply, size: size}
		var want []byte
		for _, part := range parts {
			_, err := p.Write(part)
			require.NoError(t, err)
			want = append(want, part...)
			if rapid.Bool().Draw(t, "flush") {
				require.NoError(t, p.flush())
			}
		}
		require.NoError(t, p.end())
		m, err := readMessage(&wire, 1<<24)
		require.NoError(t, err)
		require.Equal(t, packetReply, m.kind)
		require.True(t, bytes.Equal(want, m.data))
		require.Zero(t, wire.Len())
	})
}

func TestValuesSurviveTheWire(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		when := time.Unix(rapid.Int64Range(-2e9, 4e9).Draw(t, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).UTC()
		raw := append([]byte{typeDateTimeN, 8, 8}, dateTime(when)...)
		back, ok := (&reader{data: raw}).typedValue().(time.Time)
		require.True(t, ok)
		require.InDelta(t, 0, float64(back.Sub(when)), float64(time.Second/ticksPerSecond), "datetime has a step of 1/300 s")

		n := rapid.Int64().Draw(t, "n")
		raw = append([]byte{typeNumericN, 17, 20, 0}, numeric(n)...)
		require.Equal(t, n, (&reader{data: raw}).typedValue())

		id := guidText(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "guid"))
		guid, err := guidBytes(id)
		require.NoError(t, err)
		require.Equal(t, id, (&reader{data: append([]byte{typeGUID, 16, 16}, guid...)}).typedValue())
	})
}

func TestEncryptionTable(t *testing.T) {
	for _, c := range []struct {
		server         Encryption
		client, answer byte
	}{
		{Off, encryptOff, encryptNotSupported},
		{Off, encryptOn, encryptNotSupported},
		{Off, encryptNotSupported, encryptNotSupported},
		{Login, encryptOff, encryptOff},
		{Login, encryptOn, encryptOn},
		{Login, encryptNotSupported, encryptNotSupported},
		{Login, encryptRequired, encryptOn},
		{Required, encryptOff, encryptRequired},
		{Required, encryptOn, encryptOn},
		{Required, encryptNotSupported, encryptRequired},
	} {
		require.Equal(t, c.answer, c.server.negotiate(c.client), "server %v, client %v", c.server, c.client)
	}
}

func TestDialectFollowsTheProduct(t *testing.T) {
	for version, want := range map[string]uint32{
		"8.00.2039": TDS71, "9.00.4060.00": TDS72, "10.0.5500.0": TDS73, "11.0.2100.60": TDS74,
	} {
		require.Equal(t, want, parseProductVersion(version).highestTDS(), version)
	}
	require.Equal(t, productVersion{9, 0, 4060}, parseProductVersion("9.00.4060.00"))
}
