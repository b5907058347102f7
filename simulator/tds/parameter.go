package tds

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"
	"time"
)

var errShort = errors.New("the stream ends inside a value")

// reader takes little-endian values off a message; after the first error everything is zero.
type reader struct {
	data []byte
	err  error
}

func (r *reader) bytes(n int) []byte {
	if r.err != nil || n < 0 || n > len(r.data) {
		r.fail(errShort)
		return nil
	}
	b := r.data[:n]
	r.data = r.data[n:]
	return b
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
		r.data = nil
	}
}

func (r *reader) byte() byte {
	if b := r.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) uint16() uint16 {
	if b := r.bytes(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

// typedValue reads TYPE_INFO and the value behind it.
func (r *reader) typedValue() any {
	id := r.byte()
	switch id {
	case typeNull:
		return nil
	case typeInt1, typeInt2, typeInt4, typeInt8, typeBit, typeDateTime, typeFloat8:
		widths := map[byte]int{typeInt1: 1, typeInt2: 2, typeInt4: 4, typeInt8: 8, typeBit: 1, typeDateTime: 8, typeFloat8: 8}
		return r.decode(id, 0, r.bytes(widths[id]))
	case typeIntN, typeBitN, typeFloatN, typeDateTimeN, typeGUID:
		r.byte() // declared size
		return r.decode(id, 0, r.nullable(int(r.byte())))
	case typeDateN:
		return r.decode(id, 0, r.nullable(int(r.byte())))
	case typeDateTime2N, typeDateTimeOffset:
		scale := r.byte()
		return r.decode(id, scale, r.nullable(int(r.byte())))
	case typeDecimalN, typeNumericN:
		r.byte() // declared size
		r.byte() // precision
		scale := r.byte()
		return r.decode(id, scale, r.nullable(int(r.byte())))
	case typeNVarChar, typeNChar, typeVarChar, typeChar, typeVarBinary, typeBinary:
		declared := r.uint16()
		if id != typeVarBinary && id != typeBinary {
			r.bytes(len(collation))
		}
		return r.decode(id, 0, r.variable(declared == 0xFFFF))
	default:
		r.fail(fmt.Errorf("parameter type %#x is not supported", id))
		return nil
	}
}

// nullable is a value whose length 0 means NULL.
func (r *reader) nullable(n int) []byte {
	if n == 0 {
		return nil
	}
	return r.bytes(n)
}

// variable reads a value with a 16-bit length, or in chunks. It is nil for NULL and empty, not nil, for an empty value.
func (r *reader) variable(chunked bool) []byte {
	if !chunked {
		n := r.uint16()
		if n == 0xFFFF {
			return nil
		}
		return append([]byte{}, r.bytes(int(n))...)
	}
	total := r.bytes(8)
	if total == nil || binary.LittleEndian.Uint64(total) == math.MaxUint64 {
		return nil
	}
	value := []byte{}
	for r.err == nil {
		size := r.bytes(4)
		if size == nil {
			return nil
		}
		n := binary.LittleEndian.Uint32(size)
		if n == 0 {
			return value
		}
		if uint64(n) > uint64(len(r.data)) {
			r.fail(errShort)
			return nil
		}
		value = append(value, r.bytes(int(n))...)
	}
	return nil
}

// decode turns the bytes of a value into what a Param carries.
func (r *reader) decode(id, scale byte, raw []byte) any {
	if raw == nil || r.err != nil {
		return nil
	}
	switch id {
	case typeNVarChar, typeNChar:
		return utf16Text(raw)
	case typeVarChar, typeChar:
		return latin1(raw)
	case typeVarBinary, typeBinary:
		return raw
	case typeDecimalN, typeNumericN:
		return decimal(raw, scale)
	}
	switch n := len(raw); {
	case id == typeBit || id == typeBitN && n == 1:
		return raw[0] != 0
	case id == typeFloat8 || id == typeFloatN && n == 8:
		return math.Float64frombits(binary.LittleEndian.Uint64(raw))
	case id == typeFloatN && n == 4:
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(raw)))
	case id == typeDateTime || id == typeDateTimeN && n == 8:
		days := int(int32(binary.LittleEndian.Uint32(raw)))
		ticks := int64(binary.LittleEndian.Uint32(raw[4:]))
		return time.Date(1900, 1, 1+days, 0, 0, 0, 0, time.UTC).Add(time.Duration(ticks * int64(time.Second) / ticksPerSecond))
	case id == typeDateTimeN && n == 4:
		days, minutes := int(binary.LittleEndian.Uint16(raw)), int(binary.LittleEndian.Uint16(raw[2:]))
		return time.Date(1900, 1, 1+days, 0, minutes, 0, 0, time.UTC)
	case id == typeGUID && n == 16:
		return guidText(raw)
	case id == typeDateN && n == 3, id == typeDateTime2N && n >= 6 && n <= 8, id == typeDateTimeOffset && n >= 8 && n <= 10:
		return dateTime2(raw, id, scale)
	case n == 1 && (id == typeInt1 || id == typeIntN):
		return int64(raw[0])
	case n == 2 && (id == typeInt2 || id == typeIntN):
		return int64(int16(binary.LittleEndian.Uint16(raw)))
	case n == 4 && (id == typeInt4 || id == typeIntN):
		return int64(int32(binary.LittleEndian.Uint32(raw)))
	case n == 8 && (id == typeInt8 || id == typeIntN):
		return int64(binary.LittleEndian.Uint64(raw))
	default:
		r.fail(fmt.Errorf("parameter type %#x cannot be %d bytes long", id, n))
		return nil
	}
}

// dateTime2 reads date, datetime2 and datetimeoffset: ticks of 10^-scale s since midnight, three bytes of days since
// year 1, both UTC; an offset, when present, only says how to show it.
func dateTime2(raw []byte, id, scale byte) any {
	if id == typeDateTimeOffset {
		raw = raw[:len(raw)-2]
	}
	clock, date := raw[:len(raw)-3], raw[len(raw)-3:]
	var ticks int64
	for i, b := range clock {
		ticks |= int64(b) << (8 * i)
	}
	for range 9 - min(int(scale), 9) {
		ticks *= 10
	}
	days := int(date[0]) | int(date[1])<<8 | int(date[2])<<16
	return time.Date(1, 1, 1+days, 0, 0, 0, 0, time.UTC).Add(time.Duration(ticks))
}

// decimal keeps whole numbers whole; a fraction becomes a float64.
func decimal(raw []byte, scale byte) any {
	magnitude := make([]byte, 0, len(raw))
	for i := len(raw) - 1; i > 0; i-- {
		magnitude = append(magnitude, raw[i])
	}
	n := new(big.Int).SetBytes(magnitude)
	if raw[0] == 0 {
		n.Neg(n)
	}
	if scale == 0 && n.IsInt64() {
		return n.Int64()
	}
	f, _ := new(big.Float).SetInt(n).Float64()
	return f / math.Pow10(int(scale))
}
