package config

import (
	"regexp"
	"slices"
	"strings"
)

// statementWords are the words that begin a statement of T-SQL other than SELECT, or make a SELECT do more than read
// (INTO, and the functions that reach other servers). A procedure is called without EXEC at the start of a batch alone.
var statementWords = []string{
	"ALTER", "BACKUP", "BEGIN", "BREAK", "BULK", "CHECKPOINT", "CLOSE", "COMMIT", "CONTINUE", "CREATE", "DBCC", "DEALLOCATE", "DECLARE", "DELETE",
	"DENY", "DISABLE", "DROP", "DUMP", "ENABLE", "EXEC", "EXECUTE", "FETCH", "GOTO", "GRANT", "IF", "INSERT", "INTO", "KILL", "LOAD", "MERGE", "MOVE",
	"OPEN", "OPENDATASOURCE", "OPENQUERY", "OPENROWSET", "OPENXML", "PRINT", "RAISERROR", "READTEXT", "RECEIVE", "RECONFIGURE", "RESTORE", "RETURN",
	"REVERT", "REVOKE", "ROLLBACK", "SAVE", "SEND", "SET", "SETUSER", "SHUTDOWN", "THROW", "TRUNCATE", "UPDATE", "UPDATETEXT", "USE", "WAITFOR", "WHILE",
	"WRITETEXT",
}

var sqlWord = regexp.MustCompile(`[A-Za-z_@#][A-Za-z0-9_@#$]*`)

// changesSomething returns the first word of a query that makes it more than one SELECT that reads; empty text for none.
// Words in quotes and brackets count, too: a query that needs one of them as a name is refused rather than understood.
func changesSomething(query string) string {
	for _, w := range sqlWord.FindAllString(query, -1) {
		if slices.Contains(statementWords, strings.ToUpper(w)) {
			return w
		}
	}
	return ""
}
