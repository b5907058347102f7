package mssql

import (
	"cmp"
	"regexp"
	"strconv"

	driver "github.com/microsoft/go-mssqldb"
)

// verdict is what an error number means for the caller.
type verdict struct {
	kind   Kind
	advice string
}

// Advice that several numbers share.
const (
	adviceLogin    = "check the credential's user and password; do not try again before that, or the account may be locked"
	adviceAccount  = "ask the DBA to unlock or enable the account, then try again"
	adviceRight    = "run under a login of the sysadmin role, as the setup account of the farm is expected to be"
	adviceRunning  = "wait until the SQL Server is running, then try again"
	adviceState    = "the database is not online; ask the DBA to bring it online, then try again"
	adviceDatabase = "check the name of the database and its state"
)

// verdicts holds the numbers that have a meaning of their own (Books Online, "Database Engine Events and Errors"). Texts are
// translated on a server in another language; numbers never are.
var verdicts = map[int32]verdict{
	18456: {KindAuth, adviceLogin},
	18452: {KindAuth, `the server does not trust the account's domain, or knows SQL logins only; check DOMAIN\user`},
	18470: {KindAuth, adviceAccount}, 18486: {KindAuth, adviceAccount},
	18487: {KindAuth, adviceAccount}, 18488: {KindAuth, adviceAccount},
	4060: {KindDenied, adviceDatabase}, 4064: {KindDenied, "the login's default database cannot be opened; ask the DBA to set it to master"},

	17142: {KindUnreachable, adviceRunning}, 18401: {KindUnreachable, adviceRunning}, 18451: {KindUnreachable, adviceRunning},
	18461: {KindUnreachable, "the server is in single-user mode and somebody else is in; find out who"},
	6005:  {KindUnreachable, adviceRunning}, 17187: {KindUnreachable, adviceRunning}, 17188: {KindUnreachable, adviceRunning},
	596: {KindUnreachable, ""}, 6002: {KindUnreachable, adviceRunning}, 17809: {KindUnreachable, "the server has too many connections"},

	229: {KindDenied, adviceRight}, 230: {KindDenied, adviceRight}, 262: {KindDenied, adviceRight}, 297: {KindDenied, adviceRight},
	300: {KindDenied, adviceRight}, 916: {KindDenied, adviceRight}, 3110: {KindDenied, adviceRight}, 15247: {KindDenied, adviceRight},

	208: {KindNotFound, adviceDatabase}, 911: {KindNotFound, adviceDatabase}, 2812: {KindNotFound, ""},

	// An empty kind is that of the operation: nothing but the advice is special.
	922: {"", adviceState}, 924: {"", "another session has the database to itself; find out who"}, 926: {"", adviceState},
	927: {"", adviceState}, 942: {"", adviceState}, 945: {"", adviceState},

	1105: {KindDiskFull, "make room in the file group or on its disk"},
	9002: {KindDiskFull, "the transaction log is full; ask the DBA to back it up or to make room"},
	3257: {KindDiskFull, "make room on the disk"},

	1205: {KindDeadlock, ""}, 1222: {KindDeadlock, ""},

	3241: {KindVerifyFailed, "the file is not a backup or is damaged; take the backup again"},
	3242: {KindVerifyFailed, "the file is not a backup or is damaged; take the backup again"},
	3183: {KindVerifyFailed, "the backup holds a damaged page; run DBCC CHECKDB on the database"},
	3189: {KindVerifyFailed, "the backup is damaged; take the backup again"},
	3023: {KindBackupFailed, "another backup or file operation runs on the database; wait for it, then try again"},
	3043: {KindBackupFailed, "a page of the database fails its checksum; run DBCC CHECKDB before any update"},
	3098: {KindBackupFailed, ""},
	3035: {KindBackupFailed, "there is no full backup a differential could be based on: have one taken that is not copy-only, or use mode: full"},

	954:  {"", "the mirror is the principal now: fail back (ALTER DATABASE … SET PARTNER FAILOVER, on the principal), or find out why it failed over"},
	1416: {KindFailed, "the database is not mirrored any more; find out who ended it"},
	1447: {KindFailed, "the partners do not reach each other; look at both servers and the mirroring endpoints"},
}

// Operating system errors that SQL Server quotes inside 3201, 3202 and 3203 (winerror.h).
var osVerdicts = map[int]verdict{
	2:    {KindNotFound, "check the path of the backup file"},
	3:    {KindNotFound, "create the backup folder on the SQL Server, or correct backup.directory"},
	5:    {KindDenied, "give the service account of SQL Server write access to the backup folder"},
	15:   {KindNotFound, "the drive does not exist on the SQL Server; correct backup.directory"},
	21:   {KindNotFound, "the drive is not ready"},
	23:   {"", "the disk does not give back what was written: take the backup again, to another disk"},
	39:   {KindDiskFull, "make room on the backup disk"},
	53:   {KindNotFound, "the share's server was not found from the SQL Server"},
	67:   {KindNotFound, "the share was not found from the SQL Server"},
	112:  {KindDiskFull, "make room on the backup disk"},
	1326: {KindDenied, "the service account of SQL Server cannot log on to the share"},
}

// terminating says only that the statement above it failed ("BACKUP DATABASE is terminating abnormally").
const terminating = 3013

// osErrorPattern finds the number before the parenthesis: "Operating system error 5(Access is denied.)", 'Write on "…"
// failed: 112(…)'. The words around it are translated, this shape is not.
var osErrorPattern = regexp.MustCompile(`(?:^|[\s:])([0-9]{1,5})\(`)

// osError returns the operating system's error number quoted in a message. The last one counts: a path may come before it.
func osError(message string) (int, bool) {
	found := osErrorPattern.FindAllStringSubmatch(message, -1)
	if found == nil {
		return 0, false
	}
	n, err := strconv.Atoi(found[len(found)-1][1])
	return n, err == nil
}

// root picks the error that tells the cause from those of one statement: the first that is more than "terminating".
func root(e driver.Error) driver.Error {
	for _, one := range e.All {
		if one.Number != terminating {
			return one
		}
	}
	return e
}

// judge decides what an error of the server means; otherwise is the kind of errors without a meaning of their own.
func judge(e driver.Error, otherwise Kind) verdict {
	switch e.Number {
	case 3201, 3202, 3203, 3271:
		if n, ok := osError(e.Message); ok {
			if v, ok := osVerdicts[n]; ok {
				v.kind = cmp.Or(v.kind, otherwise)
				return v
			}
		}
		return verdict{otherwise, "read the operating system error and the SQL Server's error log"}
	}
	v := verdicts[e.Number]
	if v.kind == "" {
		v.kind = otherwise
	}
	return v
}
