package sqlserver

import (
	"strings"

	"farmhand/simulator/world"
)

// drive is the letter of a path, or empty for a network path.
func drive(path string) string {
	if len(path) > 1 && path[1] == ':' {
		return strings.ToUpper(path[:1])
	}
	return ""
}

func folderExists(tx *world.Tx, instance, folder string) bool {
	var name string
	return tx.Get(folderKey(instance, folder), &name)
}

// createFolder makes a folder and those above it; false means that its drive or share is not there.
func createFolder(tx *world.Tx, instance, folder string) bool {
	folder = strings.TrimRight(folder, `\`)
	if folderExists(tx, instance, folder) {
		return true
	}
	parent := folderOf(folder)
	if parent == folder || !createFolder(tx, instance, parent) {
		return false
	}
	tx.Put(folderKey(instance, folder), folder)
	return true
}

// removeFile deletes a backup file and gives its space back.
func removeFile(tx *world.Tx, instance, path string) {
	var f BackupFile
	if !tx.Get(fileKey(instance, path), &f) {
		return
	}
	tx.Delete(fileKey(instance, path))
	for _, s := range f.Sets {
		changeFree(tx, instance, path, s.SizeBytes)
	}
}

// changeFree adds to the free space of a path's drive.
func changeFree(tx *world.Tx, instance, path string, bytes int64) {
	key := driveKey(instance, drive(path))
	var d Drive
	if tx.Get(key, &d) {
		d.FreeMB = max(0, d.FreeMB+int(bytes/bytesPerMB))
		tx.Put(key, d)
	}
}
