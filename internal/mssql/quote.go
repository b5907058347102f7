package mssql

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
)

// maxIdentifier is the length of sysname in UTF-16 units.
const maxIdentifier = 128

// QuoteName quotes the name of a database as QUOTENAME does: square brackets, a closing bracket doubled. Empty, overlong
// and garbled names are errors.
func QuoteName(name string) (string, error) {
	if err := checkText(name); err != nil {
		return "", fmt.Errorf("database name %q: %w", name, err)
	}
	if characters(name) > maxIdentifier {
		return "", fmt.Errorf("database name %q is longer than %d characters", name, maxIdentifier)
	}
	return "[" + strings.ReplaceAll(name, "]", "]]") + "]", nil
}

// quoteText quotes a Unicode literal: N'…', a quote doubled.
func quoteText(text string) (string, error) {
	if err := checkText(text); err != nil {
		return "", fmt.Errorf("text %q: %w", text, err)
	}
	return "N'" + strings.ReplaceAll(text, "'", "''") + "'", nil
}

// quotePath quotes the path of a file or folder on the SQL Server: a drive or a share, never relative, because SQL Server
// would take a relative path from a folder of its own.
func quotePath(path string) (string, error) {
	drive := len(path) >= 3 && path[1] == ':' && path[2] == '\\' && isLetter(path[0])
	share := strings.HasPrefix(path, `\\`) && len(path) > 4 && strings.Contains(path[3:], `\`)
	if !drive && !share {
		return "", fmt.Errorf(`path %q: want a full path such as E:\Backup\x.bak or \\server\share\x.bak`, path)
	}
	if characters(path) > 259 {
		return "", fmt.Errorf("path %q is longer than 259 characters", path)
	}
	return quoteText(path)
}

func checkText(s string) error {
	switch {
	case s == "":
		return errors.New("it is empty")
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == '\uFFFD' }):
		return errors.New("it holds control characters or invalid text")
	}
	return nil
}

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// characters counts as SQL Server and Windows do, in UTF-16 units.
func characters(s string) int { return len(utf16.Encode([]rune(s))) }
