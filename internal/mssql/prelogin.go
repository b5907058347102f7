package mssql

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// prelogin is what a server says of itself before anybody logs in ([MS-TDS] 2.2.6.5).
type prelogin struct {
	major, minor byte
	build        uint16
	encryption   byte
}

const (
	packetHeader       = 8
	packetReply        = 0x04
	preloginVersion    = 0x00
	preloginEncryption = 0x01
	preloginEnd        = 0xFF

	encryptionNotSupported = 0x02

	// oldestMajor is SQL Server 2005; 8 is SQL Server 2000, which speaks TDS 7.1.
	oldestMajor = 9
)

const adviceNoEncryption = "install a certificate on the SQL Server, or ask for encrypt: none by name and a Windows account"

var errPrelogin = errors.New("malformed PRELOGIN reply")

// parsePrelogin reads the options of a PRELOGIN reply: five bytes each (token, offset, length), values after them.
func parsePrelogin(b []byte) (prelogin, error) {
	var p prelogin
	for at := 0; ; at += 5 {
		if at >= len(b) {
			return prelogin{}, errPrelogin
		}
		token := b[at]
		if token == preloginEnd {
			return p, nil
		}
		if at+5 > len(b) {
			return prelogin{}, errPrelogin
		}
		offset, length := int(binary.BigEndian.Uint16(b[at+1:])), int(binary.BigEndian.Uint16(b[at+3:]))
		if offset+length > len(b) {
			return prelogin{}, errPrelogin
		}
		value := b[offset : offset+length]
		switch {
		case token == preloginVersion && length >= 4:
			p.major, p.minor, p.build = value[0], value[1], binary.BigEndian.Uint16(value[2:])
		case token == preloginEncryption && length >= 1:
			p.encryption = value[0]
		}
	}
}

// check refuses, before the password leaves, a server that is too old and one that would take the login without the
// encryption the rollout file asks for: the driver would go on in the clear.
func (p prelogin) check(wantEncryption bool) error {
	if p.major != 0 && p.major < oldestMajor {
		return &Error{Kind: KindTooOld,
			Message: fmt.Sprintf("this is SQL Server %s (%d.%02d.%d), older than SQL Server 2005", productName(int(p.major), int(p.minor)), p.major, p.minor, p.build),
			Advice:  "move the databases to SQL Server 2005 or later, or back them up and read their VERSIONS with osql by hand"}
	}
	if wantEncryption && p.encryption == encryptionNotSupported {
		return &Error{Kind: KindConfig, Message: "the server does not support encryption, the rollout file asks for it", Advice: adviceNoEncryption}
	}
	return nil
}

// productName is the marketing name of a version, without "SQL Server".
func productName(major, minor int) string {
	switch {
	case major == 10 && minor >= 50:
		return "2008 R2"
	case major > 0 && major < 8:
		return "7.0 or older"
	}
	name, ok := map[int]string{8: "2000", 9: "2005", 10: "2008", 11: "2012", 12: "2014", 13: "2016", 14: "2017", 15: "2019", 16: "2022", 17: "2025"}[major]
	if !ok {
		return fmt.Sprintf("version %d", major)
	}
	return name
}
