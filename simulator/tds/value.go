package tds

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// The forms values take on the wire, both ways ([MS-TDS] 2.2.5.5).

func integer(v any) (int64, bool) {
	switch x := v.(type) {
	case int:
		return int64(x), true
	case int32:
		return int64(x), true
	case int64:
		return x, true
	case bool:
		if x {
			return 1, true
		}
		return 0, true
	default:
		return 0, false
	}
}

// numeric is a length, a sign (1 is positive) and the magnitude in 16 bytes.
func numeric(n int64) []byte {
	magnitude := new(big.Int).Abs(big.NewInt(n)).Bytes() // big-endian
	out := make([]byte, 18)
	out[0] = 17
	if n >= 0 {
		out[1] = 1
	}
	for i, digit := range magnitude {
		out[2+len(magnitude)-1-i] = digit
	}
	return out
}

const ticksPerSecond = 300

// dateTime is days since 1900 and 1/300 seconds since midnight, of the wall clock t shows.
func dateTime(t time.Time) []byte {
	midnight := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	wall := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	days := midnight.Unix()/86400 - epoch1900Days
	ticks := (wall.Sub(midnight).Nanoseconds()*ticksPerSecond + int64(time.Second)/2) / int64(time.Second)
	if ticks == 86400*ticksPerSecond {
		days, ticks = days+1, 0
	}
	b := binary.LittleEndian.AppendUint32(nil, uint32(int32(days)))
	return binary.LittleEndian.AppendUint32(b, uint32(ticks))
}

// epoch1900Days is 1900-01-01 in days since 1970-01-01.
const epoch1900Days = -25567

// guidBytes turns "6F9619FF-8B86-D011-B42D-00C04FC964FF" into SQL Server's mixed-endian bytes.
func guidBytes(text string) ([]byte, error) {
	raw, err := hex.DecodeString(strings.ReplaceAll(text, "-", ""))
	if err != nil || len(raw) != 16 {
		return nil, fmt.Errorf("tds: %q is no uniqueidentifier", text)
	}
	return swapGUID(raw), nil
}

// swapGUID reverses the first three groups; it is its own inverse.
func swapGUID(raw []byte) []byte {
	return []byte{
		raw[3], raw[2], raw[1], raw[0], raw[5], raw[4], raw[7], raw[6],
		raw[8], raw[9], raw[10], raw[11], raw[12], raw[13], raw[14], raw[15],
	}
}

// guidText is the inverse of guidBytes.
func guidText(raw []byte) string {
	g := swapGUID(raw)
	return strings.ToUpper(fmt.Sprintf("%x-%x-%x-%x-%x", g[:4], g[4:6], g[6:8], g[8:10], g[10:]))
}
