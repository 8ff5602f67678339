process.env.TZ = 'America/New_York'; console.log(new Date(0).getHours(), String(new Date(0))); process.env.TZ = 'Asia/Tokyo'; console.log(new Date(0).getHours(), new Date(0).getTimezoneOffset());
