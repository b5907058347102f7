package sharepoint

import (
	"context"
	"fmt"
	"io"
	"strings"

	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// stsadm is stsadm.exe. Of its operations it knows those that tell of an upgrade and those
// that move content databases (content.go). The output of
// localupgradestatus on 12.0 is not documented; this is the form of later versions.
func (f *Farm) stsadm(_ context.Context, p *windows.Process) int {
	operation := ""
	for i, a := range p.Args {
		switch strings.ToLower(a) {
		case "-help", "/?", "-?":
			return f.stsadmHelp(p.Stdout, p.Args[i+1:])
		case "-o":
			if i+1 < len(p.Args) {
				operation = p.Args[i+1]
			}
		}
	}
	switch strings.ToLower(operation) {
	case "":
		return f.stsadmHelp(p.Stdout, nil)
	case "localupgradestatus", "addcontentdb", "deletecontentdb", "enumcontentdbs", "preparetomove":
	default:
		_, _ = fmt.Fprintf(p.Stderr, "\r\nThe operation \"%s\" is not a valid operation. Run \"stsadm.exe -help\" for a list of valid operations.\r\n", operation)
		return 1
	}
	if !p.Administrator {
		_, _ = io.WriteString(p.Stderr, "\r\nAccess denied.\r\n\r\n")
		return 5
	}
	if operation = strings.ToLower(operation); operation != "localupgradestatus" {
		return f.contentOperation(p, operation)
	}
	var text string
	f.world.View(func(tx *world.Tx) { text = f.upgradeStatus(tx, p.Machine.Name()) })
	_, _ = io.WriteString(p.Stdout, text)
	return 0
}

// operations that stsadm -help lists.
var operations = []string{"addcontentdb", "deletecontentdb", "enumcontentdbs", "enumservices", "localupgradestatus", "preparetomove", "upgrade"}

func (f *Farm) stsadmHelp(out io.Writer, of []string) int {
	if len(of) > 0 && strings.EqualFold(of[0], "localupgradestatus") {
		_, _ = io.WriteString(out, "\r\nstsadm.exe -o localupgradestatus\r\n\r\n")
		return 0
	}
	_, _ = io.WriteString(out, "\r\nUsage: \r\n   stsadm.exe -o <operation> [<parameters>]\r\n   stsadm.exe -help [<operation>]\r\n\r\nOperations:\r\n\r\n   "+
		strings.Join(operations, "\r\n   ")+"\r\n\r\n")
	return 0
}

// upgradeStatus is the report of stsadm -o localupgradestatus.
func (f *Farm) upgradeStatus(tx *world.Tx, server string) string {
	var b strings.Builder
	content, others, contentDue, othersDue := 0, 0, 0, 0
	object := func(name, class string, due bool) {
		status := "No Action Required"
		if due {
			status = "Needs Upgrade"
		}
		_, _ = fmt.Fprintf(&b, "   <object>\r\n   <name>%s</name>\r\n   <type>%s</type>\r\n   <level>5</level>\r\n   <status>%s</status>\r\n   </object>\r\n", name, class, status)
	}
	due := getServer(tx, server).NeedsUpgrade
	b.WriteString("<localupgradestatus>\r\n")
	object(server, "Microsoft.SharePoint.Administration.SPServer", due)
	others++
	if due {
		othersDue++
	}
	for _, d := range f.attached(tx) {
		if d.Project {
			continue
		}
		behind := due && f.older(tx, d) || f.behind(tx, d)
		object(d.Name, d.class(), behind)
		n, m := &others, &othersDue
		if d.Type == typeContent {
			n, m = &content, &contentDue
		}
		*n++
		if behind {
			*m++
		}
	}
	b.WriteString("</localupgradestatus>\r\n\r\n")
	_, _ = fmt.Fprintf(&b, "[%d] content database(s) encountered.\r\n[%d] content database(s) still need upgrade or cannot be upgraded.\r\n", content, contentDue)
	_, _ = fmt.Fprintf(&b, "[%d] site collection(s) are contained in the content databases.\r\n[%d] site collection(s) still need upgrade.\r\n", content, contentDue)
	_, _ = fmt.Fprintf(&b, "[%d] other objects encountered, [%d] of them still need upgrade or cannot be upgraded.\r\n\r\nOperation completed successfully.\r\n\r\n", others, othersDue)
	return b.String()
}

// class is the database's full class name.
func (d database) class() string {
	switch d.Type {
	case typeShared:
		return "Microsoft.Office.Server.Administration." + d.Type
	case typeSearch:
		return "Microsoft.SharePoint.Search.Administration." + d.Type
	case typeProject:
		return "Microsoft.Office.Project.Server.Administration." + d.Type
	}
	return "Microsoft.SharePoint.Administration." + d.Type
}
