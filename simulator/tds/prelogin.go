package tds

import (
	"encoding/binary"
	"errors"
	"strconv"
	"strings"
)

// Option tokens of PRELOGIN ([MS-TDS] 2.2.6.5).
const (
	preloginVersion    = 0x00
	preloginEncryption = 0x01
	preloginInstance   = 0x02
	preloginThread     = 0x03
	preloginMARS       = 0x04
	preloginEnd        = 0xFF
)

// Values of the ENCRYPTION option.
const (
	encryptOff          = 0x00
	encryptOn           = 0x01
	encryptNotSupported = 0x02
	encryptRequired     = 0x03
)

var errPrelogin = errors.New("tds: malformed PRELOGIN message")

// parsePrelogin returns the client's ENCRYPTION value; a client that does not say it cannot encrypt.
func parsePrelogin(data []byte) (byte, error) {
	encryption := byte(encryptNotSupported)
	for at := 0; ; at += 5 {
		if at >= len(data) {
			return 0, errPrelogin
		}
		if data[at] == preloginEnd {
			return encryption, nil
		}
		if at+5 > len(data) {
			return 0, errPrelogin
		}
		offset := int(binary.BigEndian.Uint16(data[at+1:]))
		length := int(binary.BigEndian.Uint16(data[at+3:]))
		if offset+length > len(data) {
			return 0, errPrelogin
		}
		if data[at] == preloginEncryption {
			if length != 1 || data[offset] > encryptRequired {
				return 0, errPrelogin
			}
			encryption = data[offset]
		}
	}
}

// preloginReply is the server's PRELOGIN: version, encryption, instance name accepted, no thread, no MARS.
func preloginReply(version productVersion, encryption byte) []byte {
	values := []struct {
		token byte
		value []byte
	}{
		{preloginVersion, version.prelogin()},
		{preloginEncryption, []byte{encryption}},
		{preloginInstance, []byte{0}},
		{preloginThread, nil},
		{preloginMARS, []byte{0}},
	}
	var table, body []byte
	offset := 5*len(values) + 1
	for _, v := range values {
		table = append(table, v.token)
		table = binary.BigEndian.AppendUint16(table, uint16(offset+len(body)))
		table = binary.BigEndian.AppendUint16(table, uint16(len(v.value)))
		body = append(body, v.value...)
	}
	return append(append(table, preloginEnd), body...)
}

// productVersion is SQL Server's own version: 9.00.4060.00 is SQL Server 2005.
type productVersion struct {
	major, minor byte
	build        uint16
}

// parseProductVersion reads "9.00.4060.00"; parts that are no number count as zero.
func parseProductVersion(text string) productVersion {
	number := func(i int) int {
		parts := strings.Split(text, ".")
		if i >= len(parts) {
			return 0
		}
		n, _ := strconv.Atoi(parts[i])
		return n
	}
	return productVersion{major: byte(number(0)), minor: byte(number(1)), build: uint16(number(2))}
}

func (v productVersion) prelogin() []byte {
	return []byte{v.major, v.minor, byte(v.build >> 8), byte(v.build), 0, 0}
}

// highestTDS is the newest dialect a release of SQL Server speaks: 7.1 for 2000, 7.2 for 2005, 7.3 for 2008, 7.4 later.
func (v productVersion) highestTDS() uint32 {
	switch {
	case v.major <= 8:
		return TDS71
	case v.major == 9:
		return TDS72
	case v.major == 10:
		return TDS73
	default:
		return TDS74
	}
}
