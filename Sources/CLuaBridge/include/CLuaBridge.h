// CLuaBridge
