package tds

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Dialects of the protocol, as LOGINACK names them. TDS72 is SQL Server 2005, TDS73 is 2008.
const (
	TDS71 uint32 = 0x71000001
	TDS72 uint32 = 0x72090002
	TDS73 uint32 = 0x730B0003
	TDS74 uint32 = 0x74000004
)

// dialect is the major part of a TDS version, the one that decides layouts.
type dialect byte

const (
	dialect71 dialect = 0x71
	dialect72 dialect = 0x72
)

func dialectOf(version uint32) dialect { return dialect(version >> 24) }

var errLogin = errors.New("tds: malformed LOGIN7 message")

// login is what a LOGIN7 message says ([MS-TDS] 2.2.6.4).
type login struct {
	version     uint32
	packetSize  int
	host        string
	user        string
	password    string
	application string
	database    string
	integrated  bool   // Windows authentication
	sspi        []byte // the client's first token
}

// Offsets of the fixed part. Before 7.2 it ends after the attach-database field.
const (
	loginFixedSize   = 86
	loginHost        = 36
	loginUser        = 40
	loginPassword    = 44
	loginApplication = 48
	loginDatabase    = 68
	loginSSPI        = 78
	loginSSPILong    = 90
	loginIntegrated  = 0x80 // OptionFlags2: fIntSecurity
)

func parseLogin(data []byte) (login, error) {
	var l login
	if len(data) < loginFixedSize {
		return l, errLogin
	}
	l.version = binary.LittleEndian.Uint32(data[4:])
	l.packetSize = int(binary.LittleEndian.Uint32(data[8:]))
	l.integrated = data[25]&loginIntegrated != 0
	if dialectOf(l.version) < dialect71 {
		return l, fmt.Errorf("tds: client speaks TDS %#x, older than 7.1", l.version)
	}
	var err error
	text := func(at int) string {
		raw, e := loginField(data, at, 2)
		err = errors.Join(err, e)
		return utf16Text(raw)
	}
	l.host, l.user = text(loginHost), text(loginUser)
	l.application, l.database = text(loginApplication), text(loginDatabase)
	hidden, e := loginField(data, loginPassword, 2)
	l.password = revealPassword(hidden)
	token, e2 := loginField(data, loginSSPI, 1)
	if e2 == nil && len(token) == 0xFFFF && len(data) >= loginSSPILong+4 {
		token, e2 = longToken(data)
	}
	l.sspi = token
	return l, errors.Join(err, e, e2)
}

// loginField follows the offset and length pair at a place in the fixed part; unit is the bytes per counted item.
func loginField(data []byte, at, unit int) ([]byte, error) {
	offset := int(binary.LittleEndian.Uint16(data[at:]))
	length := int(binary.LittleEndian.Uint16(data[at+2:])) * unit
	if length == 0 {
		return nil, nil
	}
	if offset+length > len(data) {
		return nil, errLogin
	}
	return data[offset : offset+length], nil
}

// longToken is an SSPI token too long for 16 bits: its length stands in cbSSPILong.
func longToken(data []byte) ([]byte, error) {
	offset := int(binary.LittleEndian.Uint16(data[loginSSPI:]))
	length := uint64(binary.LittleEndian.Uint32(data[loginSSPILong:]))
	if length == 0 {
		length = 0xFFFF
	}
	if uint64(offset)+length > uint64(len(data)) {
		return nil, errLogin
	}
	return data[offset : offset+int(length)], nil
}

// revealPassword undoes the obfuscation of LOGIN7: each byte was nibble-swapped, then XORed with 0xA5.
func revealPassword(hidden []byte) string {
	revealed := make([]byte, len(hidden))
	for i, b := range hidden {
		b ^= 0xA5
		revealed[i] = b<<4 | b>>4
	}
	return utf16Text(revealed)
}
