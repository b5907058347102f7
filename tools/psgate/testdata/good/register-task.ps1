$service = New-Object -ComObject Schedule.Service
$service.Connect()
