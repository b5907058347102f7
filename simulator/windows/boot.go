package windows

import (
	"time"

	"farmhand/simulator/world"
)

// boot is the document of whether the server is up.
type boot struct {
	Up bool
	// Since is when Windows started, in UTC: Win32_OperatingSystem.LastBootUpTime.
	Since time.Time
	// Half and Ready are when the boot under way is half done and done, in the world's time; Ready is zero
	// when the server was switched off. Met says that the hold and fault of half way lie behind it.
	Half, Ready time.Duration
	Met         bool
	// aftermath is what the fault of half way leaves for the time after the boot.
	aftermath
	// Shutdown is a restart or shutdown that was asked for and has not begun.
	Shutdown *shutdown
}

// aftermath is what a server that has just booted may still do to its clients.
type aftermath struct {
	// Refuse is how many logons are refused before the server finds a domain controller.
	Refuse int
	// Unready is until when the WinRM service is not up and http.sys answers for it. During the boot it is how long that takes.
	Unready time.Duration
	// Again is how long after the boot Windows restarts a second time, as an update does that configures itself in two
	// parts; zero is never.
	Again time.Duration
}

// shutdown is what shutdown.exe asked for.
type shutdown struct {
	At      time.Duration // in the world's time
	Restart bool
	Reason  string
}

func getBoot(tx *world.Tx, server string) boot {
	var b boot
	tx.Get(key(server, "boot"), &b)
	return b
}

// BootTime is when the server was last booted, in UTC.
func BootTime(tx *world.Tx, server string) time.Time { return getBoot(tx, server).Since }

// Up reports whether the server runs, as opposed to being in a boot or switched off.
func Up(tx *world.Tx, server string) bool { return getBoot(tx, server).Up }

// SetPendingReboot notes a reason why the server wants a reboot, such as "PendingFileRenameOperations".
// The next boot clears it.
func SetPendingReboot(tx *world.Tx, server, source string) {
	tx.Put(key(server, "pending", source), source)
}

// PendingReboot returns the reasons why the server wants a reboot.
func PendingReboot(tx *world.Tx, server string) []string {
	return list[string](tx, key(server, "pending")+"/")
}
