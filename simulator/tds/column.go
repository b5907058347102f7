package tds

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"
)

// Type bytes of TYPE_INFO ([MS-TDS] 2.2.5.4).
const (
	typeNull           = 0x1F
	typeGUID           = 0x24
	typeIntN           = 0x26
	typeDateN          = 0x28
	typeDateTime2N     = 0x2A
	typeDateTimeOffset = 0x2B
	typeInt1           = 0x30
	typeBit            = 0x32
	typeInt2           = 0x34
	typeInt4           = 0x38
	typeDateTime       = 0x3D
	typeFloat8         = 0x3E
	typeBitN           = 0x68
	typeDecimalN       = 0x6A
	typeNumericN       = 0x6C
	typeFloatN         = 0x6D
	typeDateTimeN      = 0x6F
	typeInt8           = 0x7F
	typeVarBinary      = 0xA5
	typeVarChar        = 0xA7
	typeBinary         = 0xAD
	typeChar           = 0xAF
	typeNVarChar       = 0xE7
	typeNChar          = 0xEF
)

// Type is the type of a column.
type Type struct {
	id   byte
	size int // bytes for fixed types, characters or bytes for variable ones (0 = max), digits for numeric
}

// The fixed types a column may have. Every column may hold NULL.
var (
	TinyInt          = Type{typeIntN, 1}
	SmallInt         = Type{typeIntN, 2}
	Int              = Type{typeIntN, 4}
	BigInt           = Type{typeIntN, 8}
	Bit              = Type{typeBitN, 1}
	Float            = Type{typeFloatN, 8}
	DateTime         = Type{typeDateTimeN, 8}
	UniqueIdentifier = Type{typeGUID, 16}
	NVarCharMax      = Type{typeNVarChar, 0}
	VarBinaryMax     = Type{typeVarBinary, 0}
)

// NVarChar is nvarchar(n), n from 1 to 4000 characters.
func NVarChar(n int) Type { return Type{typeNVarChar, min(max(n, 1), 4000)} }

// VarBinary is varbinary(n), n from 1 to 8000 bytes.
func VarBinary(n int) Type { return Type{typeVarBinary, min(max(n, 1), 8000)} }

// Numeric is numeric(digits, 0), up to 38 digits.
func Numeric(digits int) Type { return Type{typeNumericN, min(max(digits, 1), 38)} }

// Column is one column of a result set.
type Column struct {
	Name string
	Type Type
}

// collation is SQL_Latin1_General_CP1_CI_AS, the default of an English instance.
var collation = []byte{0x09, 0x04, 0xD0, 0x00, 0x34}

// flags of a column: nullable, updatability unknown ([MS-TDS] 2.2.7.4).
const columnFlags = 0x0009

func (c Column) metadata(b []byte, d dialect) []byte {
	if d >= dialect72 {
		b = append(b, 0, 0)
	}
	b = append(b, 0, 0) // UserType
	b = binary.LittleEndian.AppendUint16(b, columnFlags)
	b = append(b, c.Type.id)
	switch c.Type.id {
	case typeNVarChar, typeVarBinary:
		b = binary.LittleEndian.AppendUint16(b, c.Type.declared(d))
		if c.Type.id == typeNVarChar {
			b = append(b, collation...)
		}
	case typeNumericN:
		b = append(b, 17, byte(c.Type.size), 0)
	default:
		b = append(b, byte(c.Type.size))
	}
	return shortText(b, c.Name)
}

// max says whether values travel in chunks: only since 7.2 is there an nvarchar(max).
func (t Type) max(d dialect) bool { return t.size == 0 && d >= dialect72 }

func (t Type) declared(d dialect) uint16 {
	switch {
	case t.max(d):
		return 0xFFFF
	case t.size == 0:
		return 8000
	case t.id == typeNVarChar:
		return uint16(2 * t.size)
	default:
		return uint16(t.size)
	}
}

// value appends one field of a ROW.
func (c Column) value(b []byte, v any, d dialect) ([]byte, error) {
	mismatch := func() ([]byte, error) {
		return b, fmt.Errorf("tds: column %q cannot hold a %T", c.Name, v)
	}
	switch c.Type.id {
	case typeNVarChar, typeVarBinary:
		var raw []byte
		switch x := v.(type) {
		case nil:
		case string:
			raw = utf16Bytes(x)
			if c.Type.id == typeVarBinary {
				return mismatch()
			}
		case []byte:
			raw = x
			if c.Type.id == typeNVarChar {
				return mismatch()
			}
		default:
			return mismatch()
		}
		return c.variable(b, raw, v == nil, d)
	}
	if v == nil {
		return append(b, 0), nil
	}
	switch c.Type.id {
	case typeIntN, typeBitN, typeNumericN:
		n, ok := integer(v)
		if !ok {
			return mismatch()
		}
		if c.Type.id == typeNumericN {
			return append(b, numeric(n)...), nil
		}
		b = append(b, byte(c.Type.size))
		return append(b, binary.LittleEndian.AppendUint64(nil, uint64(n))[:c.Type.size]...), nil
	case typeFloatN:
		f, ok := v.(float64)
		if !ok {
			return mismatch()
		}
		return binary.LittleEndian.AppendUint64(append(b, 8), math.Float64bits(f)), nil
	case typeDateTimeN:
		t, ok := v.(time.Time)
		if !ok {
			return mismatch()
		}
		return append(append(b, 8), dateTime(t)...), nil
	default: // typeGUID
		text, ok := v.(string)
		if !ok {
			return mismatch()
		}
		raw, err := guidBytes(text)
		if err != nil {
			return b, err
		}
		return append(append(b, 16), raw...), nil
	}
}

// variable appends text or bytes: a 16-bit length, or chunks for the max types.
func (c Column) variable(b, raw []byte, null bool, d dialect) ([]byte, error) {
	switch limit := int(c.Type.declared(d)); {
	case c.Type.max(d) && null:
		return binary.LittleEndian.AppendUint64(b, math.MaxUint64), nil
	case c.Type.max(d):
		b = binary.LittleEndian.AppendUint64(b, uint64(len(raw)))
		if len(raw) > 0 {
			b = append(binary.LittleEndian.AppendUint32(b, uint32(len(raw))), raw...)
		}
		return binary.LittleEndian.AppendUint32(b, 0), nil
	case null:
		return append(b, 0xFF, 0xFF), nil
	case len(raw) > limit:
		return b, fmt.Errorf("tds: column %q holds at most %d bytes, not %d", c.Name, limit, len(raw))
	default:
		return append(binary.LittleEndian.AppendUint16(b, uint16(len(raw))), raw...), nil
	}
}

// Length is how many characters or bytes a variable type holds; 0 for max, and for types of fixed size.
func (t Type) Length() int {
	if t.id == typeNVarChar || t.id == typeVarBinary {
		return t.size
	}
	return 0
}

// Text says whether values are text.
func (t Type) Text() bool { return t.id == typeNVarChar }
