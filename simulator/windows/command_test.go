package windows

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/world"
)

func TestShell(t *testing.T) {
	for _, tt := range []struct {
		name, line     string
		stdout, stderr string
		exit           int
	}{
		{"echo", "echo hello  world", "hello  world\n", "", 0},
		{"echo through cmd", `cmd /c "echo hello"`, "hello\n", "", 0},
		{"cmd keeps inner quotes", `cmd /c ""echo" "a b""`, "\"a b\"\n", "", 0},
		{"and", "echo a&& echo b", "a\nb\n", "", 0},
		{"and stops", "type nothing.txt && echo b", "", "The system cannot find the file specified.\n", 1},
		{"streams joined", "type D:\\nothing.txt 2>&1", "The system cannot find the file specified.\n", "", 1},
		{"stream thrown away", "type D:\\nothing.txt 2>nul", "", "", 1},
		{"file and back", `echo x>D:\farmhand\x.txt && type D:\farmhand\x.txt`, "x \n", "", 0},
		{"no such folder", `echo x >D:\none\x.txt`, "", "The system cannot find the path specified.\n", 1},
		{"unknown", "frobnicate /x", "", "'frobnicate' is not recognized as an internal or external command,\noperable program or batch file.\n", 9009},
		{"unknown path", `D:\none\tool.exe`, "", "The system cannot find the path specified.\n", 1},
		{"pipe is refused", "dir | find", "", "'dir | find' is not recognized as an internal or external command,\noperable program or batch file.\n", 9009},
		{"append is refused", "echo a >> b", "", "'echo a >> b' is not recognized as an internal or external command,\noperable program or batch file.\n", 9009},
		{"exit code", "exit 7", "", "", 7},
		{"exit in cmd", "cmd /c exit /b 3", "", "", 3},
		{"negative exit", "exit -1", "", "", -1},
		{"variables", "echo %COMPUTERNAME% %userdomain% %NOTHING%", "APP01 CONTOSO %NOTHING%\n", "", 0},
		{"set", "set X=1&& set X", "X=1\n", "", 0},
		{"set unknown", "set NOPE", "", "Environment variable NOPE not defined\n", 1},
		{"cd", `cd /d D:\farmhand && cd`, "D:\\farmhand\n", "", 0},
		{"hostname", "hostname", "APP01\n", "", 0},
		{"whoami", "whoami", "contoso\\sp-setup\n", "", 0},
		{"chcp", "chcp", "Active code page: 437\n", "", 0},
		{"ver", "ver", "\nMicrosoft Windows [Version 6.0.6002]\n", "", 0},
		{"dir /b", `dir /b D:\farmhand`, "note.txt\n", "", 0},
		{"dir/b", `dir/b "D:\farmhand\*.txt"`, "note.txt\n", "", 0},
		{"dir /b nothing", `dir /b D:\farmhand\*.log`, "", "File Not Found\n", 1},
		{"type", `type d:/FARMHAND/Note.txt`, "one\ntwo\n", "", 0},
		{"md and rd", `md D:\a\b && rd D:\a`, "", "The directory is not empty.\n", 1},
		{"md twice", `md D:\farmhand`, "", "A subdirectory or file D:\\farmhand already exists.\n", 1},
		{"rd /s", `md D:\a\b && rd /s /q D:\a && dir /b D:\a`, "", "File Not Found\n", 1},
		{"del", `del /q D:\farmhand\note.txt && dir /b D:\farmhand`, "", "File Not Found\n", 1},
		{"del nothing", `del D:\farmhand\x.txt`, "", "Could Not Find D:\\farmhand\\x.txt\n", 0},
		{"copy", `copy D:\farmhand\note.txt D:\farmhand\c.txt && type D:\farmhand\c.txt`, "        1 file(s) copied.\none\ntwo\n", "", 0},
		{"ren", `ren D:\farmhand\note.txt n.txt && dir /b D:\farmhand`, "n.txt\n", "", 0},
		{"icacls", `icacls D:\farmhand /inheritance:r`, "processed file: D:\\farmhand\nSuccessfully processed 1 files; Failed processing 0 files\n", "", 0},
		{"icacls missing", `icacls D:\none /inheritance:r`, "", "D:\\none: The system cannot find the file specified.\n", 2},
		{"disk full", `copy D:\Updates\package.exe D:\a.exe && copy D:\Updates\package.exe D:\b.exe && copy D:\Updates\package.exe D:\c.exe`,
			"        1 file(s) copied.\n        1 file(s) copied.\n        0 file(s) copied.\n", "There is not enough space on the disk.\n", 1},
		{"too long", "echo " + strings.Repeat("x", 8200), "", "The command line is too long.\n", 1},
		{"at the limit", "rem " + strings.Repeat("x", 8187), "", "", 0},
		{"start waits", `start "" /wait /b cmd /c exit 5`, "", "", 5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newConsole(t, server2008("APP01"))
			stdout, stderr, exit := c.run(tt.line, "")
			require.Equal(t, tt.stdout, stdout)
			require.Equal(t, tt.stderr, stderr)
			require.Equal(t, tt.exit, exit)
			all, _ := c.machine.world.Events(0)
			last := all[len(all)-1]
			require.Equal(t, "command", last.Event)
			require.Equal(t, tt.line, last.Text)
			require.Equal(t, testUser, last.User)
			require.Equal(t, tt.exit, *last.Exit)
		})
	}
}

func TestDirListing(t *testing.T) {
	c := newConsole(t, server2008("APP01"))
	stdout, _, exit := c.run(`dir D:\Updates`, "")
	require.Zero(t, exit)
	require.Contains(t, stdout, " Directory of D:\\Updates\n")
	require.Regexp(t, `(?m)^\d\d/\d\d/\d{4}  \d\d:\d\d [AP]M         5,242,880 package\.exe$`, stdout)
	require.Contains(t, stdout, "               1 File(s)      5,242,880 bytes\n")
}

func TestNetCommand(t *testing.T) {
	for _, tt := range []struct {
		name, line, stdin string
		stdout, stderr    string
		exit              int
		events            []string
	}{
		{"stop", "net stop w3svc", "",
			"The World Wide Web Publishing Service service is stopping.\nThe World Wide Web Publishing Service service was stopped successfully.\n\n", "", 0,
			[]string{"service-stopped W3SVC"}},
		{"start by display name", `net start "windows sharepoint services timer"`, "",
			"The Windows SharePoint Services Timer service is starting.\nThe Windows SharePoint Services Timer service was started successfully.\n\n", "", 0,
			[]string{"service-started SPTimerV3"}},
		{"already started", "net start W3SVC", "", "",
			"The requested service has already been started.\n\nMore help is available by typing NET HELPMSG 2182.\n\n", 2, nil},
		{"not started", "net stop SPTimerV3", "", "",
			"The Windows SharePoint Services Timer service is not started.\n\nMore help is available by typing NET HELPMSG 3521.\n\n", 2, nil},
		{"no such service", "net stop nothing", "", "",
			"The service name is invalid.\n\nMore help is available by typing NET HELPMSG 2185.\n\n", 2, nil},
		{"disabled", "net start Spooler", "", "",
			"System error 1058 has occurred.\n\nThe service cannot be started, either because it is disabled or because it has no\nenabled devices associated with it.\n\n", 2, nil},
		{"dependants with /y", "net stop IISADMIN /y", "",
			"The following services are dependent on the IIS Admin Service service.\nStopping the IIS Admin Service service will also stop these services.\n\n   World Wide Web Publishing Service\n\n" +
				"The World Wide Web Publishing Service service is stopping.\nThe World Wide Web Publishing Service service was stopped successfully.\n\n" +
				"The IIS Admin Service service is stopping.\nThe IIS Admin Service service was stopped successfully.\n\n", "", 0,
			[]string{"service-stopped W3SVC", "service-stopped IISADMIN"}},
		{"dependants without an answer", "net stop IISADMIN", "",
			"The following services are dependent on the IIS Admin Service service.\nStopping the IIS Admin Service service will also stop these services.\n\n   World Wide Web Publishing Service\n\n" +
				"Do you want to continue this operation? (Y/N) [N]: \n", "", 2, nil},
		{"running services", "net start", "",
			"These Windows services are started:\n\n   IIS Admin Service\n   World Wide Web Publishing Service\n\nThe command completed successfully.\n\n", "", 0, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newConsole(t, server2008("APP01"))
			stdout, stderr, exit := c.run(tt.line, tt.stdin)
			require.Equal(t, tt.stdout, stdout)
			require.Equal(t, tt.stderr, stderr)
			require.Equal(t, tt.exit, exit)
			require.Equal(t, tt.events, events(c.machine.world, "service-stopped", "service-started"))
		})
	}
}

func TestScCommand(t *testing.T) {
	const status2003 = "\nSERVICE_NAME: W3SVC\n        TYPE               : 20  WIN32_SHARE_PROCESS\n        STATE              : 4  RUNNING\n" +
		"                                (STOPPABLE,PAUSABLE,ACCEPTS_SHUTDOWN)\n        WIN32_EXIT_CODE    : 0  (0x0)\n" +
		"        SERVICE_EXIT_CODE  : 0  (0x0)\n        CHECKPOINT         : 0x0\n        WAIT_HINT          : 0x0\n"
	const status2008 = "\nSERVICE_NAME: W3SVC\n        TYPE               : 20  WIN32_SHARE_PROCESS  \n        STATE              : 4  RUNNING \n" +
		"                                (STOPPABLE, PAUSABLE, ACCEPTS_SHUTDOWN)\n        WIN32_EXIT_CODE    : 0  (0x0)\n" +
		"        SERVICE_EXIT_CODE  : 0  (0x0)\n        CHECKPOINT         : 0x0\n        WAIT_HINT          : 0x0\n"
	for _, tt := range []struct {
		name   string
		spec   Spec
		line   string
		stdout string
		exit   int
		events []string
	}{
		{"query 2003", server2003("APP01"), "sc query w3svc", status2003, 0, nil},
		{"query 2008", server2008("APP01"), "sc query w3svc", status2008, 0, nil},
		{"query missing", server2008("APP01"), "sc query nothing",
			"[SC] EnumQueryServicesStatus:OpenService FAILED 1060:\n\nThe specified service does not exist as an installed service.\n\n", 1060, nil},
		{"qc missing", server2003("APP01"), "sc qc nothing",
			"[SC] OpenService FAILED 1060:\n\nThe specified service does not exist as an installed service.\n\n", 1060, nil},
		{"config", server2008("APP01"), "sc config W3SVC start= demand", "[SC] ChangeServiceConfig SUCCESS\n", 0, []string{"service-start-mode W3SVC manual"}},
		{"stop stopped", server2008("APP01"), "sc stop SPTimerV3", "[SC] ControlService FAILED 1062:\n\nThe service has not been started.\n\n", 1062, nil},
		{"stop with dependants", server2008("APP01"), "sc stop IISADMIN",
			"[SC] ControlService FAILED 1051:\n\nA stop control has been sent to a service that other running services are dependent on.\n\n", 1051, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newConsole(t, tt.spec)
			stdout, _, exit := c.run(tt.line, "")
			require.Equal(t, tt.stdout, stdout)
			require.Equal(t, tt.exit, exit)
			require.Equal(t, tt.events, events(c.machine.world, "service-stopped", "service-started", "service-start-mode"))
		})
	}
}

func TestScConfiguration(t *testing.T) {
	c := newConsole(t, server2003("APP01"))
	stdout, _, _ := c.run("sc qc W3SVC", "")
	require.True(t, strings.HasPrefix(stdout, "[SC] GetServiceConfig SUCCESS\n\nSERVICE_NAME: W3SVC\n"))
	require.Contains(t, stdout, "        START_TYPE         : 2   AUTO_START\n")
	require.Contains(t, stdout, "        DEPENDENCIES       : IISADMIN  \n")
	c = newConsole(t, server2008("APP01"))
	stdout, _, _ = c.run("sc config W3SVC start= disabled && sc qc W3SVC", "")
	require.Contains(t, stdout, "[SC] QueryServiceConfig SUCCESS\n")
	require.Contains(t, stdout, "        START_TYPE         : 4   DISABLED\n")
	stdout, _, _ = c.run("sc query state= all", "")
	require.Contains(t, stdout, "SERVICE_NAME: Spooler\nDISPLAY_NAME: Print Spooler\n")
}

func TestRegCommand(t *testing.T) {
	const wss = `"HKLM\SOFTWARE\Microsoft\Shared Tools\Web Server Extensions\12.0\WSS"`
	const long = `HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Shared Tools\Web Server Extensions\12.0`
	for _, tt := range []struct {
		name           string
		spec           Spec
		line           string
		stdout, stderr string
		exit           int
	}{
		{"value 2008", server2008("APP01"), "reg query " + wss + " /v setuptype", "\n" + long + "\\WSS\n    SetupType    REG_SZ    CLEAN_INSTALL\n\n", "", 0},
		{"value 2003", server2003("APP01"), "reg query " + wss + " /v SetupType", "\n! REG.EXE VERSION 3.0\n\n" + long + "\\WSS\n    SetupType\tREG_SZ\tCLEAN_INSTALL\n\n", "", 0},
		{"missing 2008", server2008("APP01"), "reg query " + wss + " /v Nope", "", "ERROR: The system was unable to find the specified registry key or value.\n", 1},
		{"missing 2003", server2003("APP01"), `reg query HKLM\SOFTWARE\None`, "", "\nError:  The system was unable to find the specified registry key or value\n", 1},
		{"key and its keys", server2008("APP01"), `reg query "` + long + `"`, "\n" + long + "\n    Version    REG_SZ    12.0.0.6219\n\n" + long + "\\WSS\n", "", 0},
		{"recursive", server2008("APP01"), `reg query "` + long + `" /s`, "\n" + long + "\n    Version    REG_SZ    12.0.0.6219\n\n" + long +
			"\\WSS\n    SERVERROLE    REG_SZ    APPLICATION\n    SetupType    REG_SZ    CLEAN_INSTALL\n\n", "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newConsole(t, tt.spec)
			stdout, stderr, exit := c.run(tt.line, "")
			require.Equal(t, tt.stdout, stdout)
			require.Equal(t, tt.stderr, stderr)
			require.Equal(t, tt.exit, exit)
		})
	}
}

func TestTaskCommands(t *testing.T) {
	const create = `schtasks /create /tn fh-1 /tr "cmd /c D:\farmhand\1\run.cmd" /sc once /st 23:59:00 /ru CONTOSO\sp-setup`
	for _, tt := range []struct {
		name           string
		spec           Spec
		line, stdin    string
		stdout, stderr string
		exit           int
	}{
		{"prompt 2003", server2003("APP01"), create, testPassword + "\r\n",
			"Please enter the run as password for CONTOSO\\sp-setup: \nSUCCESS: The scheduled task \"fh-1\" has successfully been created.\n", "", 0},
		{"wrong password 2003", server2003("APP01"), create, "wrong\r\n",
			"Please enter the run as password for CONTOSO\\sp-setup: \nSUCCESS: The scheduled task \"fh-1\" has successfully been created.\n\n" +
				"WARNING: The Scheduled task \"fh-1\" has been created, but may not run because\nthe account information could not be set.\n", "", 0},
		{"no input 2003", server2003("APP01"), create, "", "Please enter the run as password for CONTOSO\\sp-setup: \n", "\nERROR: The password could not be read.\n", 1},
		{"no /f on 2003", server2003("APP01"), create + " /f", "", "", "ERROR: Invalid argument/option - '/f'.\nType \"SCHTASKS /CREATE /?\" for usage.\n", 1},
		{"wrong password 2008", server2008("APP01"), create + " /rp wrong /f", "", "", "ERROR: The user name or password is incorrect.\n", 1},
		{"password on the line", server2008("APP01"), create + " /rp " + testPassword, "", "SUCCESS: The scheduled task \"fh-1\" has successfully been created.\n", "", 0},
		{"system", server2008("APP01"), `schtasks /create /tn t /tr x.exe /sc once /st 23:59 /ru system`, "",
			"INFO: The task will be created under user name (\"NT AUTHORITY\\SYSTEM\").\nSUCCESS: The scheduled task \"t\" has successfully been created.\n", "", 0},
		{"run missing", server2008("APP01"), "schtasks /run /tn fh-1", "", "", "ERROR: The system cannot find the file specified.\n", 1},
		{"query missing", server2003("APP01"), "schtasks /query /tn fh-1", "", "", "ERROR: The system cannot find the file specified.\n", 1},
		{"delete missing 2003", server2003("APP01"), "schtasks /delete /tn fh-1 /f", "", "", "ERROR: The specified task name \"fh-1\" does not exist in the system.\n", 1},
		{"delete missing 2008", server2008("APP01"), "schtasks /delete /tn fh-1 /f", "", "", "ERROR: The system cannot find the file specified.\n", 1},
		{"create, query, delete", server2008("APP01"), create + " /rp " + testPassword + " && schtasks /query /tn fh-1 /fo LIST && schtasks /delete /tn fh-1 /f", "",
			"SUCCESS: The scheduled task \"fh-1\" has successfully been created.\n\nHostName:                             APP01\nTaskName:                             fh-1\n" +
				"Next Run Time:                        Never\nStatus:                               Ready\nSUCCESS: The scheduled task \"fh-1\" was successfully deleted.\n", "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newConsole(t, tt.spec)
			stdout, stderr, exit := c.run(tt.line, tt.stdin)
			require.Equal(t, tt.stdout, stdout)
			require.Equal(t, tt.stderr, stderr)
			require.Equal(t, tt.exit, exit)
		})
	}
}

func TestTaskOfARefusedAccountDoesNotRun(t *testing.T) {
	c := newConsole(t, server2003("APP01"))
	_, _, exit := c.run(`schtasks /create /tn fh-1 /tr "cmd /c md D:\ran" /sc once /st 23:59:00 /ru CONTOSO\sp-setup`, "wrong\r\n")
	require.Zero(t, exit)
	stdout, _, exit := c.run("schtasks /run /tn fh-1", "")
	require.Zero(t, exit)
	require.Equal(t, "SUCCESS: Attempted to run the scheduled task \"fh-1\".\n", stdout)
	c.backend.life.end()
	c.machine.world.View(func(tx *world.Tx) { require.False(t, FolderExists(tx, "APP01", `D:\ran`)) })
}

func TestShutdownCommand(t *testing.T) {
	c := newConsole(t, server2008("APP01"))
	_, stderr, exit := c.run("shutdown /a", "")
	require.Equal(t, 1116, exit)
	require.Equal(t, "Unable to abort the system shutdown because no shutdown was in progress.(1116)\n", stderr)
	_, _, exit = c.run(`shutdown /r /t 315360000 /f /c "update"`, "")
	require.Zero(t, exit)
	_, stderr, exit = c.run("shutdown -r -t 5", "")
	require.Equal(t, 1115, exit)
	require.Equal(t, "A system shutdown is in progress.(1115)\n", stderr)
	_, _, exit = c.run("shutdown /a", "")
	require.Zero(t, exit)
	_, _, exit = c.run("shutdown /q", "")
	require.Equal(t, 1, exit)
	require.Empty(t, events(c.machine.world, "shutdown"))
}

func TestProcessCommands(t *testing.T) {
	c := newConsole(t, server2008("APP01"))
	stdout, _, exit := c.run("tasklist", "")
	require.Zero(t, exit)
	require.Regexp(t, `(?m)^svchost\.exe +\d+ Services`, stdout)
	_, stderr, exit := c.run("taskkill /pid 99999 /f", "")
	require.Equal(t, 128, exit)
	require.Equal(t, "ERROR: The process \"99999\" not found.\n", stderr)
	stdout, _, exit = c.run("wmic os get version,caption /value", "")
	require.Zero(t, exit)
	require.Contains(t, stdout, "caption=Microsoftr Windows Serverr 2008 Standard\r\nversion=6.0.6002\r\n")
}

func TestOldCmdSkipsBatchFilesUnderUTF8(t *testing.T) {
	for _, tt := range []struct {
		version string
		exit    int
	}{{"5.2.3790", 0}, {"6.0.6002", 0}, {"6.1.7601", 9009}} {
		t.Run(tt.version, func(t *testing.T) {
			spec := server2008("APP01")
			spec.Version = tt.version
			spec.Files = append(spec.Files, File{Path: `D:\farmhand\command.cmd`, Data: []byte("frobnicate\r\n")})
			c := newConsole(t, spec)
			stdout, stderr, exit := c.run(`chcp 65001 >nul && call D:\farmhand\command.cmd`, "")
			require.Equal(t, tt.exit, exit)
			require.Empty(t, stdout)
			require.Equal(t, tt.exit != 0, stderr != "")
		})
	}
}

func TestBatchThatCallsItselfEnds(t *testing.T) {
	spec := server2008("APP01")
	spec.Files = append(spec.Files, File{Path: `D:\farmhand\command.cmd`, Data: []byte("call D:\\farmhand\\command.cmd\r\n")})
	_, stderr, exit := newConsole(t, spec).run(`D:\farmhand\command.cmd`, "")
	require.Equal(t, 1, exit)
	require.Contains(t, stderr, "R E C U R S I O N")
}
