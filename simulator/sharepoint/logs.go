package sharepoint

import (
	"fmt"
	"strings"
	"time"

	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// timesheetConflict is a failure that Project Server 2007 farms met in the upgrade of a Reporting database.
const timesheetConflict = `The DELETE statement conflicted with the REFERENCE constraint "FK_MSP_TimesheetLine_TaskNameUID". The conflict occurred in database "PWA_Reporting", table "dbo.MSP_TimesheetLine", column 'TaskNameUID'.`

// appendLog adds to a log of SharePoint's. A full disk loses the line, as in life.
func appendLog(tx *world.Tx, server, path, text string) {
	_ = windows.AppendFile(tx, server, path, []byte(text))
}

// logUpgrade writes a line of Upgrade.log: [Component] [LEVEL] [date time]: text.
func (f *Farm) logUpgrade(tx *world.Tx, server, component, level, text string) {
	appendLog(tx, server, upgradeLog, fmt.Sprintf("[%s] [%s] [%s]: %s\r\n",
		component, level, windows.Clock(tx, server).Format("1/2/2006 3:04:05 PM"), text))
}

// logSummary ends a session in Upgrade.log.
func (f *Farm) logSummary(tx *world.Tx, server string, failures int) {
	f.logUpgrade(tx, server, "SPManager", "INFO", fmt.Sprintf(
		"In-place Upgrade session finishes. root object = %s, recursive = True. %d errors and 0 warnings encountered.", f.root(), failures))
}

// logUpdateConflict is what a farm with a stopped timer service, or with two wizards, logged.
func (f *Farm) logUpdateConflict(tx *world.Tx, server, object, user, holder string) {
	f.logUpgrade(tx, server, "SPManager", "ERROR", "Upgrade ["+object+"] failed.")
	f.logUpgrade(tx, server, "SPManager", "ERROR", "An update conflict has occurred, and you must re-try this action. The object "+object+
		" is being updated by "+user+", in the OWSTIMER process, on machine "+holder+". View the tracing log for more information about the conflict.")
	appendLog(tx, server, upgradeLog, "   at Microsoft.SharePoint.Administration.SPConfigurationDatabase.StoreObject(SPPersistedObject obj, Boolean storeClassIfNecessary, Boolean ensure)\r\n")
}

// diagnosticsPath names the log of one run of psconfig: its fields are not padded with zeros.
func diagnosticsPath(at time.Time, pid int) string {
	return fmt.Sprintf(`%s\PSCDiagnostics_%d_%d_%d_%d_%d_%d_%d_%d.log`, logs,
		at.Month(), at.Day(), at.Year(), at.Hour(), at.Minute(), at.Second(), at.Nanosecond()/1e6, 100000000+pid)
}

// diagnostic is one line of a PSCDiagnostics log: date by the server's clock, thread, level, and a message indented by depth.
func diagnostic(at time.Time, level string, depth int, text string) string {
	return fmt.Sprintf("%s  1  %s  %s%s\r\n", at.Format("01/02/2006 15:04:05"), level, strings.Repeat("  ", depth), text)
}

func (f *Farm) startDiagnostics(tx *world.Tx, server string, w wizard, p *windows.Process) {
	now := windows.Clock(tx, server)
	appendLog(tx, server, w.Diagnostics, "Begin trace logging for SharePoint Products and Technologies Configuration Wizard.  Version 12.0.6300.5000\r\n"+
		diagnostic(now, "INF", 0, "Entering function Program.Main")+
		diagnostic(now, "INF", 1, "Command line is "+p.CommandLine)+
		diagnostic(now, "INF", 2, "Resource retrieved id ExceptionInfo is An exception of type {0} was thrown.  Additional exception information: {1}")+
		diagnostic(now, "INF", 3, "Task upgrade is running"))
}

func (f *Farm) endDiagnostics(tx *world.Tx, server string, w wizard, failed failure) {
	now := windows.Clock(tx, server)
	text := diagnostic(now, "INF", 3, "Task upgrade has completed") + diagnostic(now, "INF", 1, "Return code indicates a success")
	if failed.task != "" {
		what := "An exception of type " + failed.exception + " was thrown.  Additional exception information: " + failed.text
		text = diagnostic(now, "ERR", 3, "Task upgrade has failed with an unknown exception") + diagnostic(now, "ERR", 3, what) +
			failed.exception + ": " + failed.text + "\r\n" +
			"   at Microsoft.SharePoint.PostSetupConfiguration.UpgradeTask.Run()\r\n" +
			diagnostic(now, "INF", 1, "Return code indicates a failure")
	}
	appendLog(tx, server, w.Diagnostics, text+diagnostic(now, "INF", 0, "Leaving function Program.Main"))
}
