package sqlserver

import (
	"fmt"
	"strconv"
	"strings"
)

// release is what is known of a build of SQL Server: its name in @@VERSION and its level.
type release struct {
	major, build int
	level        string
}

// releases are the first builds of each service pack, newest first.
var releases = []release{
	{10, 5500, "SP3"}, {10, 4000, "SP2"}, {10, 2531, "SP1"}, {10, 0, "RTM"},
	{9, 5000, "SP4"}, {9, 4035, "SP3"}, {9, 3042, "SP2"}, {9, 2047, "SP1"}, {9, 0, "RTM"},
	{8, 0, "SP4"},
}

func (i *Instance) major() int { return versionPart(i.version, 0) }

func versionPart(version string, n int) int {
	parts := strings.Split(version, ".")
	if n >= len(parts) {
		return 0
	}
	v, _ := strconv.Atoi(parts[n]) // a part that is no number counts as zero
	return v
}

func compatibility(version string) int { return 10 * versionPart(version, 0) }

func (i *Instance) level() string {
	for _, r := range releases {
		if r.major == i.major() && versionPart(i.version, 2) >= r.build {
			return r.level
		}
	}
	return "RTM"
}

// banner is @@VERSION: 2005 says nothing of the service pack, 2008 does; lines end in LF, and the last is empty.
func (i *Instance) banner() string {
	if i.major() < 10 {
		return fmt.Sprintf("Microsoft SQL Server 2005 - %s (X64) \n\tMar 17 2011 13:06:52 \n\tCopyright (c) 1988-2005 Microsoft Corporation\n"+
			"\t%s on Windows NT 5.2 (Build 3790: Service Pack 2)\n", i.version, i.edition)
	}
	return fmt.Sprintf("Microsoft SQL Server 2008 (%s) - %s (X64) \n\tSep 21 2011 22:45:45 \n\tCopyright (c) 1988-2008 Microsoft Corporation\n"+
		"\t%s on Windows NT 6.0 <X64> (Build 6002: Service Pack 2)\n", i.level(), i.version, i.edition)
}

func (q *query) serverProperty(args []any) (any, error) {
	i := q.instance
	machine, named, _ := strings.Cut(i.name, `\`)
	switch strings.ToLower(textOf(args[0])) {
	case "productversion":
		return i.version, nil
	case "productlevel":
		return i.level(), nil
	case "edition":
		return i.edition, nil
	case "engineedition":
		return "3", nil
	case "servername":
		return i.name, nil
	case "machinename", "computernamephysicalnetbios":
		return machine, nil
	case "instancename":
		if named == "" {
			return nil, nil
		}
		return named, nil
	case "collation":
		return "SQL_Latin1_General_CP1_CI_AS", nil
	case "isclustered", "issingleuser", "isintegratedsecurityonly":
		return "0", nil
	default:
		return nil, nil
	}
}

func (q *query) databaseProperty(args []any) (any, error) {
	d, ok := FindDatabase(q.tx, q.instance.name, textOf(args[0]))
	if !ok {
		return nil, nil
	}
	switch strings.ToLower(textOf(args[1])) {
	case "status":
		return d.State, nil
	case "recovery":
		return d.RecoveryModel, nil
	case "updateability":
		if d.ReadOnly {
			return "READ_ONLY", nil
		}
		return "READ_WRITE", nil
	case "collation":
		return "SQL_Latin1_General_CP1_CI_AS", nil
	default:
		return nil, nil
	}
}
