"""Who is signed in: the person of a session, asked anew for every request together with today's assignments."""

from django.contrib.auth.backends import ModelBackend

from members.models import User


class Backend(ModelBackend):
    def get_user(self, user_id):
        user = User.objects.with_grants(user_id)
        return user if user and self.user_can_authenticate(user) else None
