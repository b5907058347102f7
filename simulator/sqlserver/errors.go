package sqlserver

import (
	"fmt"

	"farmhand/simulator/tds"
)

// The texts are those of sys.messages in SQL Server 2005 and 2008. A client should look at the number.

func sqlError(number int32, class, state uint8, format string, args ...any) *tds.Error {
	return &tds.Error{Number: number, Class: class, State: state, Message: fmt.Sprintf(format, args...)}
}

// at says on which line of the batch an error is.
func at(e *tds.Error, line int32) *tds.Error {
	e.Line = line
	return e
}

func errSyntax(t token) *tds.Error {
	if t.kind == tokenEnd {
		return at(sqlError(102, 15, 1, "Incorrect syntax near the end of the batch."), t.line)
	}
	return at(sqlError(102, 15, 1, "Incorrect syntax near '%s'.", t.text), t.line)
}

func errObject(name string) *tds.Error {
	return sqlError(208, 16, 1, "Invalid object name '%s'.", name)
}

func errColumn(name string) *tds.Error {
	return sqlError(207, 16, 1, "Invalid column name '%s'.", name)
}

func errVariable(name string) *tds.Error {
	return sqlError(137, 15, 2, "Must declare the scalar variable \"%s\".", name)
}

func errConversion(value, to string) *tds.Error {
	return sqlError(245, 16, 1, "Conversion failed when converting the nvarchar value '%s' to data type %s.", value, to)
}

// errDatabase is 911, whose text changed with SQL Server 2008.
func (i *Instance) errDatabase(name string) *tds.Error {
	if i.major() < 10 {
		return sqlError(911, 16, 1, "Could not locate entry in sysdatabases for database '%s'. "+
			"No entry found with that name. Make sure that the name is entered correctly.", name)
	}
	return sqlError(911, 16, 1, "Database '%s' does not exist. Make sure that the name is entered correctly.", name)
}

func errDatabaseAccess(user, database string) *tds.Error {
	return sqlError(916, 14, 1, "The server principal \"%s\" is not able to access the database \"%s\" under the current security context.", user, database)
}

// errDevice is 3201 with the operating system's own number and words.
func errDevice(path string, code int) *tds.Error {
	return sqlError(3201, 16, 1, "Cannot open backup device '%s'. Operating system error %s.", path, systemError(code))
}

// systemError is a Windows error as SQL Server appends it.
func systemError(code int) string {
	texts := map[int]string{
		2: "The system cannot find the file specified.", 3: "The system cannot find the path specified.",
		5: "Access is denied.", 23: "Data error (cyclic redundancy check).", 112: "There is not enough space on the disk.",
	}
	return fmt.Sprintf("%d(%s)", code, texts[code])
}

// errTerminating is 3013, which follows every error of a BACKUP or RESTORE.
func errTerminating(command string) *tds.Error {
	return sqlError(3013, 16, 1, "%s is terminating abnormally.", command)
}
