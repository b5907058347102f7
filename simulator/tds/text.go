package tds

import (
	"encoding/binary"
	"math"
	"unicode/utf16"
)

// utf16Text decodes UTF-16LE; an odd last byte is dropped.
func utf16Text(raw []byte) string {
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(raw[2*i:])
	}
	return string(utf16.Decode(units))
}

// utf16Bytes encodes text as UTF-16LE.
func utf16Bytes(text string) []byte {
	units := utf16.Encode([]rune(text))
	raw := make([]byte, 0, 2*len(units))
	for _, u := range units {
		raw = binary.LittleEndian.AppendUint16(raw, u)
	}
	return raw
}

// shortText is B_VARCHAR: a count of characters in one byte.
func shortText(b []byte, text string) []byte {
	units := utf16.Encode([]rune(text))
	units = units[:min(len(units), 255)]
	b = append(b, byte(len(units)))
	return appendUnits(b, units)
}

// longText is US_VARCHAR: a count of characters in two bytes.
func longText(b []byte, text string) []byte {
	units := utf16.Encode([]rune(text))
	units = units[:min(len(units), math.MaxUint16)]
	b = binary.LittleEndian.AppendUint16(b, uint16(len(units)))
	return appendUnits(b, units)
}

func appendUnits(b []byte, units []uint16) []byte {
	for _, u := range units {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// latin1 reads single-byte text of code page 1252 as Latin-1: the two differ only in punctuation above 0x7F.
func latin1(raw []byte) string {
	runes := make([]rune, len(raw))
	for i, b := range raw {
		runes[i] = rune(b)
	}
	return string(runes)
}
